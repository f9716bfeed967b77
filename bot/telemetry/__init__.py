"""What a process tells of itself: log lines, numbers, traces, health."""
