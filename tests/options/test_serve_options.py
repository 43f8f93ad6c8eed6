from pathlib import Path

import pytest

from mockserver.errors import UsageError
from mockserver.options.declaration import Option
from mockserver.options.option_table import COMMANDS
from mockserver.options.serve_options import ServeOptions, WorldOptions, build_serve_options
from mockserver.options.settle import settle
from mockserver.options.value_types import NewUser

ROWS = [(name, option) for name, command in COMMANDS.items() for option in command.options]


def serve(argv: str = "", *, config: Path | None = None) -> ServeOptions:
    words = argv.split() if config is None else ["--config", str(config), *argv.split()]
    return build_serve_options(settle("serve", words).values)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("serve:\n  port: 1\n  seed: 1\n  quiet: true\n  dataset: rows.json\n")
    return path


def test_without_anything_the_defaults_hold() -> None:
    assert serve() == ServeOptions()


def test_flag_beats_environment_beats_file(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKSERVER_PORT", "2")
    monkeypatch.setenv("MOCKSERVER_SEED", "2")

    options = serve("--port 3", config=config)

    assert options == ServeOptions(
        port=3, is_quiet=True, world=WorldOptions(seed=2, dataset=config.parent / "rows.json")
    )


@pytest.mark.parametrize("text", ["", "tcp://10.0.0.1:4011"], ids=["empty", "of-kubernetes"])
def test_a_port_that_says_nothing_counts_as_absent(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKSERVER_PORT", text)

    assert serve() == ServeOptions()


def test_lists_come_from_flags_variables_and_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("serve:\n  user: ['a:b,c']\n")
    monkeypatch.setenv("MOCKSERVER_SET", "order=by-id, nulls=write")

    options = serve("--cors-origin http://a --cors-origin http://b", config=path)

    assert options == ServeOptions(
        choices={"order": "by-id", "nulls": "write"},
        users=(NewUser(username="a", password="b,c"),),
        cors_origins=("http://a", "http://b"),
    )


def test_a_switch_that_is_off_excludes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("serve: {quiet: false, verbose: true}")

    assert serve(config=path) == ServeOptions(is_verbose=True)


def test_the_variable_of_a_made_up_user_names_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MOCKSERVER_SERVE_USER", "ann:a,b:c")
    monkeypatch.setenv("MOCKSERVER_USER", "not for serve")

    assert serve().users == (NewUser(username="ann", password="a,b:c"),)


def test_cors_origin_none_means_no_origin() -> None:
    assert serve("--cors-origin none").cors_origins == ()


def test_the_nearer_of_two_exclusive_options_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKSERVER_SCENARIO", "one")

    options = serve("--scenario-file mine.yaml")

    assert options.world == WorldOptions(scenario_file=Path("mine.yaml"))


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        pytest.param("--port x", "--port: 'x' is no port", id="port"),
        pytest.param("--port 65536", "--port: '65536' is no port", id="port-too-high"),
        pytest.param("--seed -1", "--seed: '-1' is no number", id="negative"),
        pytest.param("--clock life", "did you mean live", id="clock"),
        pytest.param("--set order", "'order' is no POINT=CHOICE", id="choice"),
        pytest.param(
            "--cors-origin none --cors-origin http://a", "stands alone", id="none-and-more"
        ),
        pytest.param("--now x --clock live", "leave out one", id="now-and-live"),
        pytest.param("--size 1 --dataset f", "leave it out", id="size-and-dataset"),
        pytest.param("--watch", "needs a file to watch", id="nothing-to-watch"),
        pytest.param("--watch --state f --dataset f", "exclude", id="watch-and-state"),
        pytest.param("--quiet --verbose", "exclude each other", id="exclusive"),
    ],
)
def test_a_wrong_value_is_named(argv: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        serve(argv)


def test_a_wrong_user_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        serve("--user onlysecret")

    assert str(caught.value) == "--user: a user needs a name and a password; give NAME:PASSWORD"


def test_a_password_shows_in_no_repr(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("serve: {user: 'bob:hidden'}")
    call = settle("serve", ["--user", "ann:hidden", "--config", str(path)])

    assert "hidden" not in repr((call, build_serve_options(call.values)))


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKSERVER_QUIET", "yes")

    with pytest.raises(UsageError, match="MOCKSERVER_QUIET: 'yes' is neither true nor false"):
        serve()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("serf: {}", "unknown section 'serf'.*did you mean serve", id="section"),
        pytest.param("serve: {prot: 1}", "unknown key 'prot'.*did you mean port", id="key"),
        pytest.param("serve: {port: x}", r"serve\.port: 'x' is no port", id="value"),
        pytest.param("serve: {port: [1]}", "expected one value, got a list", id="list"),
        pytest.param("serve: {set: [[a]]}", "expected a value or a list", id="nested"),
        pytest.param("serve: {port: }", "expected a value", id="null"),
        pytest.param("serve: 1", "expected keys and values", id="no-section"),
        pytest.param("[]", "expected one section a command", id="no-sections"),
        pytest.param("a: [", "configuration file", id="no-yaml"),
        pytest.param("serve: {config: x}", "unknown key 'config'", id="config-in-config"),
    ],
)
def test_a_wrong_config_file_is_explained(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)

    with pytest.raises(UsageError, match=message):
        serve(config=path)


@pytest.mark.parametrize(("command", "option"), ROWS, ids=[f"{c}-{o.name}" for c, o in ROWS])
def test_the_default_of_a_row_has_the_type_that_it_parses_to(command: str, option: Option) -> None:
    assert option.default is None or option.parse(str(option.default).lower()) == option.default


def test_no_two_options_of_a_command_share_a_name() -> None:
    names = [
        (command, name)
        for command, option in ROWS
        for name in (option.flag, option.short, option.environment)
        if name
    ]

    assert len(names) == len(set(names))
