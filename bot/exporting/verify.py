"""Checks a sealed case of Advisor with nothing but Python 3.8 or later: no package, no network.

    python3 verify.py [CASE.zip | FOLDER] [--key KEY]

It ends with 1 at the first thing that does not fit, with 2 where there is no sealed case.  Give
the key as you know it from elsewhere: the one in the file proves only that all was sealed together.
"""
import base64, hashlib, io, json, pathlib, sys, zipfile
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
class Unfit(Exception): """Something is not as it was sealed."""
def point(raw):  # RFC 8032, 5.1.3
    y, sign = int.from_bytes(raw, "little") % 2**255, raw[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign): return None
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P
def plus(p, q):  # RFC 8032, 5.1.4
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
def times(number, p):
    half = times(number // 2, plus(p, p)) if number else (0, 1, 1, 0)
    return plus(half, p) if number % 2 else half
BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
def signed(public, text, signature):  # RFC 8032, 5.1.7: whether the key made it over the text
    if len(public) != 32 or len(signature) != 64: return False
    key, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L: return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % L
    one, other = times(s, BASE), plus(r, times(h, key))
    return all((one[n] * other[2] - other[n] * one[2]) % P == 0 for n in (0, 1))
def sha256(text): return hashlib.sha256(text.encode() if type(text) is str else text).hexdigest()
def canonical(it): return json.dumps(it, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
def insist(fits, what):  # what came in the file can print no line of its own, nor steer a terminal
    if not fits: raise Unfit("".join(c if " " <= c <= "~" else ascii(c)[1:-1] for c in what))
def public_of(key):  # as `advisor log key` prints it: NAME+HASH+KEY
    *named, raw = key.strip().split("+", 2)
    raw = base64.b64decode(raw, validate=True)
    insist(named == ["advisor-log", sha256(b"advisor-log\n" + raw)[:8]] and raw[0] == 1, "the key")
    return raw[1:]
def opened(note, public):  # the lines of a checkpoint: origin, number of rows, root, time
    text, _, signature = note.rpartition("\n\n")
    raw = base64.b64decode(signature.split(" ")[-1].strip(), validate=True)
    insist(signed(public, (text + "\n").encode(), raw[4:]), "the signature of a checkpoint")
    return [line for line in text.split("\n") if line.isprintable()]
def root_by(digest, place, size, path):  # RFC 6962, 2.1.1; None if the path is too long
    hashed, steps = hashlib.sha256(b"\0" + bytes.fromhex(digest)).digest(), list(path)
    while size > 1:
        if place % 2 or place < size - 1:
            sib = bytes.fromhex(steps.pop(0))
            hashed = hashlib.sha256(b"\1" + (sib + hashed if place % 2 else hashed + sib)).digest()
        place, size = place // 2, (size + 1) // 2
    return None if steps else hashed
def check_row(row):  # hold it against its own digest, as far as its state lets; gives what is gone
    state, name = row["state"], f"row {row['seq']} of log {row['workspace']!r}: "
    bare = () if row["words"] or row["actor"] else ("erased", "withheld")
    fits = state in ("whole", "redacted", *bare) and (state == "withheld") == (row["body"] is None)
    insist(fits, name + "its state")
    if state == "withheld": return None
    insist(sha256(row["previous"] + row["body"]) == row["digest"], name + "its digest")
    told, repeated = json.loads(row["body"]), ("workspace", "seq", "kind", "conversation", "at")
    insist(all(told.get(c, row[c]) == row[c] for c in repeated), name + "what repeats its body")
    if state != "whole": return "words" if state == "erased" else None
    said = {"words": None} if row["words"] == "null" else json.loads(row["words"])
    e = said.pop("echoes", None)  # what a turn repeats of others, which is erased by itself
    insist(not e or sha256(e["salt"] + e["quotes"]) == said["echoes_sha256"], name + "echoes")
    whole = canonical({"author": row["actor"], **said})
    insist(sha256(row["salt"] + whole) == told["personal_sha256"], name + "its words")
    return "echoes" if "echoes_sha256" in said and not e else None
def took(erasure, row, what):  # whether one row tells of an erasure that took it out of the other
    told = json.loads(erasure["body"] or "{}") if erasure["kind"] == "erased" else {}
    if row["conversation"] not in told.get("conversations", ()): return False
    if erasure["workspace"] == row["workspace"] and erasure["seq"] < row["seq"]:  # as was once done
        early = json.loads(row["body"]).get("log_form", 1) < 2
        return early and (what == "echoes" or row["kind"] == "model_call")
    runs = told["took"][what].get(row["workspace"], ()) if "took" in told else [(1, row["seq"])]
    return any(first <= row["seq"] <= last for first, last in runs)
def check_manifest(manifest, files, key, say):  # hold files, SHA-256 by name, against it; read it
    told = json.loads(manifest)
    insist((canonical(told) + "\n").encode() == manifest, "manifest: its form, or it is missing")
    insist(key is None or key.strip() == told["key"], "the key: another one sealed this")
    sig, text = bytes.fromhex(told.pop("signature")), f"advisor-export\n{sha256(canonical(told))}\n"
    insist(signed(public_of(told["key"]), text.encode(), sig), "manifest: its signature")
    say("manifest: signed by the key " + ("you gave" if key else "that came along in it: who has "
        "that key it doesn't prove, so compare it, or give --key") + f"\n  {told['key']}")
    for name in sorted({*told["files"], *files}):
        insist(name in told["files"], f"{name}: nothing of that name was sealed")
        insist(files.get(name) == told["files"][name], f"{name}: its bytes, or it is missing")
    say(f"files: {len(files)}, as the manifest has them")
    return told
def check_case(files, key, say):  # hold a case, bytes by name, against manifest, rows, checkpoints
    digests = {name: sha256(data) for name, data in files.items() if name != "manifest.json"}
    told, rows = check_manifest(files.get("manifest.json", b"{}"), digests, key, say), {}
    for row in json.loads(files["case.json"])["rows"]:
        row["gone"] = check_row(row)
        before = rows.get((row["workspace"], row["seq"] - 1), {"digest": row["previous"]})
        insist(row["previous"] == before["digest"], f"row {row['seq']}: the one before it")
        rows[row["workspace"], row["seq"]] = row
    for (_, seq), row in rows.items():
        gone = row["gone"] if told["format"] != "advisor-export/1" else None  # it lacks erasures
        insist(not gone or any(took(one, row, gone) for one in rows.values()),
               f"row {seq}: its {gone} are gone, and no erasure in this case took them")
    for log in told["logs"]:
        origin, size, root, at = opened(log["checkpoint"], public_of(told["key"]))[:4]
        insist(origin == "advisor-log/" + log["workspace"], "the workspace of a checkpoint")
        for seq, digest in log["rows"]:
            row = rows.pop((log["workspace"], seq))
            found = root_by(digest, seq - 1, int(size), row["audit_path"])
            insist(row["digest"] == digest, f"row {seq}: the manifest has another digest")
            insist(found == base64.b64decode(root), f"row {seq}: its place under the checkpoint")
            say({"whole": f"row {seq}: digest, words and place fit", "withheld": f"row {seq}: its "
                 "place fits; its body was kept back, so nothing of what it says is proved"}.get(
                row["state"], f"row {seq}: digest and place fit; words {row['state']}, not proved"))
        say(f"log {log['workspace']!r}: {len(log['rows'])} of {size} rows, checkpoint of {at}")
    insist(not rows, "case.json: it has rows that the manifest has not")
def sealed_zip(files):  # the one ZIP that holds them: names sorted, times fixed, not compressed
    with zipfile.ZipFile(out := io.BytesIO(), "w") as box:
        for name in sorted(files):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o644 << 16
            box.writestr(info, files[name])
    return out.getvalue()
def read(place):
    z = None if place.is_dir() else zipfile.ZipFile(place)  # what is packed is not unpacked
    big = z and sum(i.file_size for i in z.infolist()) > place.stat().st_size  # one within another
    files = ({i.filename: b"" if big or i.compress_type else z.read(i) for i in z.infolist()} if z
             else {f.relative_to(place).as_posix(): f.read_bytes() for f in place.rglob("*")
                   if f.is_file()})
    if not {"case.json", "manifest.json"} & set(files): raise OSError("it holds no case.json")
    insist(not z or sealed_zip(files) == place.read_bytes(), "the ZIP: somebody packed it anew")
    return files
def main(words):
    if {"-h", "--help"} & set(words): return print(__doc__)
    at = words.index("--key") if "--key" in words else len(words)
    key, places = (words[at + 1:] or [None])[0], words[:at] + words[at + 2:]
    if words[-1:] == ["--key"] or places[1:] or places and places[0].startswith("-"):
        return print("NOT CHECKED, so nothing is proved: give one case, and --key KEY apart") or 2
    place = pathlib.Path(places[0]) if places else pathlib.Path(__file__).parent
    try:
        check_case(read(place), key, print)
    except (OSError, zipfile.BadZipFile) as error:
        return print(f"NOT CHECKED, so nothing is proved: {place} is no sealed case: {error}") or 2
    except Exception as error:  # whatever can't even be read doesn't fit either
        return print("DOES NOT FIT:", error if isinstance(error, Unfit) else repr(error)) or 1
    print("All fits. That the memos follow from the rows is vouched for by the manifest alone.")
if __name__ == "__main__": sys.exit(sys.stdout.reconfigure(errors="replace") or main(sys.argv[1:]))  # type: ignore[union-attr]
