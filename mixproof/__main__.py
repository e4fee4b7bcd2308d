"""`python -m mixproof`: the command, where its script is not on the path."""

from workflow.cli import program

if __name__ == "__main__":
    program()
