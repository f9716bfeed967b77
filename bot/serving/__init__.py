"""The process that serves: how it starts, what it holds, what it does all the time."""
