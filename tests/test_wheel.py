import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parent.parent


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.iterdir()

    files = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "mockserver").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    assert files - set(ZipFile(wheel).namelist()) == set()
    assert "mockserver/server/pages/templates/style.css" in files
