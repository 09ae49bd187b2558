"""Vectors in real Chroma: what it promises, and the traps it sets."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import vectors as adapter
from retrieval.errors import DamagedIndex, HomeNotWritable
from retrieval.vectors import VectorStore, copy

D = 32


def rows(n: int, seed: int = 0) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).normal(size=(n, D)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def names(n: int, prefix: str = "p") -> list[str]:
    return [f"{prefix}{number}" for number in range(n)]


def filled(folder: Path, n: int = 50) -> Path:
    store = VectorStore.create(folder)
    store.upsert(names(n), rows(n))
    store.close()
    return folder


def sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.glob("*/*.bin")}


def test_a_stored_vector_is_its_own_nearest_with_similarity_one(tmp_path: Path) -> None:
    store = VectorStore.open(filled(tmp_path / "v"))
    for place in range(0, 50, 7):
        passage, similarity = store.search(rows(50)[place], 3)[0]
        assert passage == f"p{place}"
        assert similarity == pytest.approx(1, abs=1e-5)


def test_similarities_are_cosines_in_falling_order(tmp_path: Path) -> None:
    store = VectorStore.open(filled(tmp_path / "v"))
    query = rows(1, seed=9)[0]
    found = store.search(query, 50)
    exact = dict(zip(names(50), rows(50) @ query, strict=True))
    assert [similarity for _, similarity in found] == pytest.approx([exact[name] for name, _ in found], abs=1e-5)
    assert [name for name, _ in found] == sorted(exact, key=lambda name: -exact[name])


def test_the_quick_door_and_the_public_client_answer_alike(tmp_path: Path) -> None:
    folder = filled(tmp_path / "v")
    quick, public = VectorStore.open(folder), VectorStore.create(folder)
    query = rows(1, seed=9)[0]
    assert isinstance(quick._door, adapter._Bindings)
    assert quick.count() == public.count() == 50
    assert [name for name, _ in quick.search(query, 10)] == [name for name, _ in public.search(query, 10)]
    assert np.array_equal(quick.vectors(names(50)), public.vectors(names(50)))
    public.close()


def test_reading_falls_back_to_the_client_when_the_extension_module_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = filled(tmp_path / "v")
    monkeypatch.setitem(sys.modules, "chromadb_rust_bindings", sys)  # a module without what we ask of it
    store = VectorStore.open(folder)
    assert isinstance(store._door, adapter._Client)
    assert store.search(rows(50)[4], 1)[0][0] == "p4"
    store.close()


def test_reading_does_not_import_the_client(tmp_path: Path) -> None:
    folder = filled(tmp_path / "v")
    program = (
        "import sys; from pathlib import Path; from retrieval.vectors import VectorStore;"
        f"assert VectorStore.open(Path({str(folder)!r})).count() == 50; assert 'chromadb' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_only_the_given_ids_are_searched_and_exactly(tmp_path: Path) -> None:
    store = VectorStore.open(filled(tmp_path / "v"))
    query = rows(50)[4]
    found = store.search(query, 2, ids=["p7", "p8", "p9", "unknown", "p7"])
    exact = {name: float(rows(50)[int(name[1:])] @ query) for name in ("p7", "p8", "p9")}
    assert [name for name, _ in found] == sorted(exact, key=lambda name: -exact[name])[:2]
    assert store.search(query, 2, ids=[]) == []


def test_an_empty_store_answers_with_nothing(tmp_path: Path) -> None:
    VectorStore.create(tmp_path / "v").close()
    store = VectorStore.open(tmp_path / "v")
    assert store.search(rows(1)[0], 5) == []
    assert store.count() == 0
    assert store.vectors([]).shape == (0, 0)


def test_upsert_replaces_and_delete_passes_over_what_is_not_there(tmp_path: Path) -> None:
    store = VectorStore.create(filled(tmp_path / "v"))
    store.upsert(["p1"], rows(1, seed=5))
    store.delete(["p2", "unknown"])
    assert store.count() == 49
    assert store.search(rows(1, seed=5)[0], 1)[0][0] == "p1"
    assert "p2" not in [name for name, _ in store.search(rows(50)[2], 49)]
    store.close()


def test_more_rows_than_chroma_takes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "_BATCH", 20)
    folder = filled(tmp_path / "v")
    store = VectorStore.create(folder)
    assert np.allclose(store.vectors(names(50)), rows(50), atol=1e-6)
    store.delete(names(45))
    assert store.count() == 5
    store.close()


def test_a_missing_vector_is_damage_when_asked_for_by_id(tmp_path: Path) -> None:
    store = VectorStore.open(filled(tmp_path / "v"))
    with pytest.raises(DamagedIndex, match="1 of 2"):
        store.vectors(["p1", "unknown"])


def test_a_reader_is_frozen_until_it_opens_the_store_anew(tmp_path: Path) -> None:
    folder = filled(tmp_path / "v")
    reader = VectorStore.open(folder)
    query = rows(1, seed=8)[0]
    reader.search(query, 1)
    program = (
        "from pathlib import Path; from retrieval.vectors import VectorStore\n"
        "from tests.retrieval.test_vectors import rows\n"
        f"s = VectorStore.create(Path({str(folder)!r})); s.upsert(['new'], rows(1, seed=8)); s.close()"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    assert reader.search(query, 1)[0][0] != "new", "Chroma has learnt to follow: the reopening can go"
    reader.close()
    assert VectorStore.open(folder).search(query, 1)[0][0] == "new"


def test_a_copy_holds_the_same_and_goes_its_own_way(tmp_path: Path) -> None:
    folder = filled(tmp_path / "v")
    reader = VectorStore.open(folder)
    reader.search(rows(1)[0], 1)
    copy(folder, tmp_path / "w")
    writer = VectorStore.create(tmp_path / "w")
    writer.upsert(["new"], rows(1, seed=8))
    assert (writer.count(), VectorStore.open(folder).count()) == (51, 50)
    assert writer.search(rows(50)[4], 1)[0][0] == "p4"
    writer.close()


def test_a_large_write_and_many_updates_leave_small_files_and_nothing_unsaved(tmp_path: Path) -> None:
    """`link_lists.bin` is the file that grew without end when two processes saved it."""
    folder = filled(tmp_path / "v", 1200)
    large = sizes(folder)
    for day in range(6):
        copy(folder, tmp_path / f"v{day}")
        folder = tmp_path / f"v{day}"
        store = VectorStore.create(folder)
        store.delete(names(10, f"day{day - 1}-") if day else names(10))
        store.upsert(names(10, f"day{day}-"), rows(10, seed=day))
        store.close()
    assert sizes(folder)["link_lists.bin"] < 2 * large["link_lists.bin"] < 50_000
    assert sizes(folder)["data_level0.bin"] < 1.1 * large["data_level0.bin"]
    before = sizes(folder)
    reader = VectorStore.open(folder)
    assert reader.search(rows(10, seed=5)[3], 1)[0][0] == "day5-3"
    reader.close()
    assert sizes(folder) == before


def test_a_copy_of_a_damaged_store_is_refused(tmp_path: Path) -> None:
    folder = filled(tmp_path / "v")
    (folder / "chroma.sqlite3").write_bytes(b"this is no database" * 500)
    with pytest.raises(DamagedIndex):
        copy(folder, tmp_path / "w")


def test_a_store_opened_for_reading_cannot_be_written(tmp_path: Path) -> None:
    store = VectorStore.open(filled(tmp_path / "v"))
    with pytest.raises(TypeError, match="reading"):
        store.delete(["p1"])


def test_rows_and_ids_must_match(tmp_path: Path) -> None:
    store = VectorStore.create(tmp_path / "v")
    with pytest.raises(ValueError, match="2 ids for 1"):
        store.upsert(["a", "b"], rows(1))
    store.close()


def test_a_missing_folder_is_damage_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DamagedIndex, match="missing"):
        VectorStore.open(tmp_path / "v")
    assert not (tmp_path / "v").exists()


@pytest.mark.parametrize("content", [b"", b"this is no database" * 500])
def test_a_spoilt_database_is_named(tmp_path: Path, content: bytes) -> None:
    folder = filled(tmp_path / "v")
    (folder / "chroma.sqlite3").write_bytes(content)
    with pytest.raises(DamagedIndex):
        VectorStore.open(folder)


@pytest.mark.parametrize("file", ["header.bin", "data_level0.bin", "link_lists.bin"])
def test_a_missing_hnsw_file_is_named_at_the_first_search(tmp_path: Path, file: str) -> None:
    folder = filled(tmp_path / "v", 1200)
    [found] = folder.glob(f"*/{file}")
    found.unlink()
    with pytest.raises(DamagedIndex):
        VectorStore.open(folder).search(rows(1)[0], 1)


def test_a_missing_hnsw_folder_raises_nothing_in_chroma(tmp_path: Path) -> None:
    """The trap that `health.vectors_fault` exists for."""
    folder = filled(tmp_path / "v", 1200)
    [hnsw] = [path for path in folder.iterdir() if path.is_dir()]
    shutil.rmtree(hnsw)
    store = VectorStore.open(folder)
    assert store.count() == 1200
    assert store.search(rows(1200)[3], 1) == [] or store.search(rows(1200)[3], 1)[0][0] != "p3"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeNotWritable):
        VectorStore.create(tmp_path / "file" / "v")
