"""The emoji short names that the pages draw; a name not listed here stays as it was typed."""

import re
from collections.abc import Mapping

EMOJI: Mapping[str, str] = {
    "+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "ok_hand": "👌", "clap": "👏",
    "pray": "🙏", "wave": "👋", "raised_hands": "🙌", "point_right": "👉", "point_left": "👈",
    "point_up": "☝️", "point_down": "👇", "eyes": "👀", "handshake": "🤝", "muscle": "💪",
    "smile": "😄", "grinning": "😀", "slightly_smiling_face": "🙂", "joy": "😂", "wink": "😉",
    "thinking_face": "🤔", "neutral_face": "😐", "confused": "😕", "sweat_smile": "😅",
    "cry": "😢", "sob": "😭", "angry": "😠", "tada": "🎉", "heart": "❤️", "fire": "🔥",
    "star": "⭐", "sparkles": "✨", "zap": "⚡", "boom": "💥", "100": "💯", "rocket": "🚀",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "ballot_box_with_check": "☑️", "x": "❌",
    "heavy_multiplication_x": "✖️", "warning": "⚠️", "no_entry": "⛔", "no_entry_sign": "🚫",
    "octagonal_sign": "🛑", "rotating_light": "🚨", "exclamation": "❗", "question": "❓",
    "grey_question": "❔", "grey_exclamation": "❕", "information_source": "ℹ️", "bell": "🔔",
    "red_circle": "🔴", "large_orange_circle": "🟠", "large_yellow_circle": "🟡",
    "large_green_circle": "🟢", "large_blue_circle": "🔵", "white_circle": "⚪",
    "black_circle": "⚫", "large_red_square": "🟥", "large_green_square": "🟩",
    "large_yellow_square": "🟨", "white_large_square": "⬜", "black_large_square": "⬛",
    "triangular_flag_on_post": "🚩", "checkered_flag": "🏁", "white_flag": "🏳️",
    "arrow_right": "➡️", "arrow_left": "⬅️", "arrow_up": "⬆️", "arrow_down": "⬇️",
    "arrows_counterclockwise": "🔄", "leftwards_arrow_with_hook": "↩️", "heavy_plus_sign": "➕",
    "heavy_minus_sign": "➖", "speech_balloon": "💬", "thought_balloon": "💭", "loudspeaker": "📢",
    "mega": "📣", "email": "📧", "envelope": "✉️", "inbox_tray": "📥", "outbox_tray": "📤",
    "package": "📦", "memo": "📝", "pencil": "📝", "pencil2": "✏️", "page_facing_up": "📄",
    "page_with_curl": "📃", "clipboard": "📋", "file_folder": "📁", "open_file_folder": "📂",
    "card_index_dividers": "🗂️", "books": "📚", "book": "📖", "open_book": "📖",
    "bookmark": "🔖", "link": "🔗", "paperclip": "📎", "pushpin": "📌", "round_pushpin": "📍",
    "mag": "🔍", "mag_right": "🔎", "lock": "🔒", "unlock": "🔓", "key": "🔑", "shield": "🛡️",
    "scales": "⚖️", "balance_scale": "⚖️", "classical_building": "🏛️", "office": "🏢",
    "earth_africa": "🌍", "earth_americas": "🌎", "earth_asia": "🌏", "globe_with_meridians": "🌐",
    "world_map": "🗺️", "bulb": "💡", "wrench": "🔧", "hammer": "🔨", "gear": "⚙️",
    "hammer_and_wrench": "🛠️", "robot_face": "🤖", "computer": "💻", "iphone": "📱",
    "camera": "📷", "video_camera": "📹", "satellite": "🛰️", "satellite_antenna": "📡",
    "calendar": "📅", "date": "📅", "spiral_calendar_pad": "🗓️", "clock1": "🕐",
    "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "stopwatch": "⏱️", "alarm_clock": "⏰",
    "chart_with_upwards_trend": "📈", "bar_chart": "📊", "moneybag": "💰", "credit_card": "💳",
    "busts_in_silhouette": "👥", "bust_in_silhouette": "👤", "man-raising-hand": "🙋",
    "raising_hand": "🙋", "cop": "👮", "detective": "🕵️", "sleuth_or_spy": "🕵️",
    "one": "1️⃣", "two": "2️⃣", "three": "3️⃣", "four": "4️⃣", "five": "5️⃣", "new": "🆕",
    "house": "🏠", "compass": "🧭", "telephone_receiver": "📞", "no_bell": "🔕", "seedling": "🌱",
    "double_vertical_bar": "⏸️", "arrow_forward": "▶️", "black_square_for_stop": "⏹️",
}  # fmt: skip

SHORT_NAME = re.compile(r":([a-z0-9_+-]+):")


def with_emoji(text: str) -> str:
    """*text* with each known `:short_name:` as its character."""
    return SHORT_NAME.sub(lambda m: EMOJI.get(m[1], m[0]), text)
