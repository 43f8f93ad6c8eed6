"""Run `help`: list the topics and commands, or print one of them."""

from mockserver.cli.help_page import Page
from mockserver.cli.help_topics import TOPICS
from mockserver.cli.terminal import print_lines, print_text, terminal_width
from mockserver.errors import unknown_name
from mockserver.options.option_table import COMMANDS
from mockserver.options.settle import Call, describe_command

__all__ = ["print_topic", "run"]


def run(call: Call) -> None:
    """Print what was asked for.

    Raises:
        UsageError: it is neither a topic nor a command.
    """
    if not call.arguments:
        _print_index()
        return
    name = call.arguments[0]
    if name in TOPICS:
        print_topic(name)
    elif name in COMMANDS:
        print_text(describe_command(name))
    else:
        raise unknown_name("topic", name, {*TOPICS, *COMMANDS})


def print_topic(name: str) -> None:
    """Print a topic, as wide as the terminal is, within reason."""
    page = Page(terminal_width())
    TOPICS[name].write(page)
    print_lines(page.lines)


def _print_index() -> None:
    page = Page(terminal_width())
    page.heading("mockserver help TOPIC")
    page.rows((name, topic.title) for name, topic in TOPICS.items())
    page.heading("mockserver help COMMAND, or mockserver COMMAND --help")
    page.rows((name, row.help) for name, row in COMMANDS.items())
    for name in filter(TOPICS.__contains__, COMMANDS):
        page.text(f"`{name}` is both: `help {name}` is the topic.")
    print_lines(page.lines)
