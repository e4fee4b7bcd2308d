"""The planner: its page, made from published runs, and the server that shows it on this machine."""
