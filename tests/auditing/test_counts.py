"""Draws and their counts, against loops; equal bits for any number of threads, blocks and kills."""

import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from independent import audit_by_loops as loops

from spbe_research import audit
from spbe_research.auditing.case import read_case
from spbe_research.auditing.counting import Ranker, empty_tally
from spbe_research.auditing.draws import BLOCK, Sampler, generator
from spbe_research.choices import Aggregation, LeaveOut, LevelError, Weights
from spbe_research.errors import DataError, InstrumentError, ScoringError

EDITION = "permen-59-2020"
ITEMS = [f"I{number:02}" for number in range(1, 48)]


def levels(n_bodies: int, seed: int = 1) -> pd.DataFrame:
    """Random levels; the first two bodies are the same, so that ties occur."""
    values = np.random.default_rng(seed).integers(1, 6, (n_bodies, 47))
    values[1] = values[0]
    return pd.DataFrame(values, columns=ITEMS, index=[f"body-{row}" for row in range(n_bodies)])


def weights_of(table: pd.DataFrame) -> np.ndarray:
    return read_case(table, EDITION).tree.float_weights()


def test_uniform_weights_give_the_counts_of_loops() -> None:
    table = levels(9)
    result = audit(table, EDITION, Weights.uniform(0.25), draws=300, seed=5)
    own = weights_of(table)
    draws = []
    for block, wanted in ((0, 200), (1, 100)):
        rng = np.random.default_rng(np.random.SeedSequence(5, spawn_key=(block,)))
        factors = rng.uniform(0.75, 1.25, (200, 47))[:wanted]
        draws += [[loops.index(row, own * f) for row in table.to_numpy()] for f in factors]
    counts = loops.rank_counts(draws)
    assert result.counts.ranks.tolist() == counts
    ranks = result.tables["ranks"]
    for share, column in ((5, "rank_q05"), (50, "rank_q50"), (95, "rank_q95")):
        expected = [loops.quantile(row, Fraction(share, 100)) for row in counts]
        assert ranks[column].tolist() == expected
    assert ranks["rank"].tolist() == loops.ranks(
        [loops.index(row, own) for row in table.to_numpy()]
    )


def test_dirichlet_weights_give_the_counts_of_loops() -> None:
    table = levels(7)
    result = audit(table, EDITION, Weights.dirichlet(1000), draws=200, seed=2)
    rng = np.random.default_rng(np.random.SeedSequence(2, spawn_key=(0,)))
    drawn = rng.dirichlet(1000 * weights_of(table), 200)
    counts = loops.rank_counts([[loops.index(x, w) for x in table.to_numpy()] for w in drawn])
    assert result.counts.ranks.tolist() == counts


@pytest.mark.whole
def test_bands_are_those_of_the_rule() -> None:
    table = levels(30)
    for rule, step in (("rounded", 0.005), ("exact", 0.0)):
        result = audit(table, EDITION, Weights.uniform(0.25), draws=200, seed=3, rule=rule)
        rng = np.random.default_rng(np.random.SeedSequence(3, spawn_key=(0,)))
        own = weights_of(table)
        reached = np.zeros(30)
        for factor in rng.uniform(0.75, 1.25, (200, 47)):
            scores = [round(loops.index(row, own * factor), 9) for row in table.to_numpy()]
            reached += [2.6 - step <= score < 3.5 - step for score in scores]
        assert result.tables["ranks"]["p_Baik"].tolist() == (reached / 200).tolist()
        shares = result.tables["ranks"].filter(regex="^p_(?!predicate)")
        assert shares.sum(axis=1).tolist() == pytest.approx([1.0] * 30)


def test_misread_levels_follow_their_two_numbers() -> None:
    table = pd.DataFrame(3, columns=ITEMS, index=range(60))
    table.iloc[0, 0] = 1
    sampler = Sampler(read_case(table, EDITION), (LevelError(0.3, 0.4),))
    drawn = sampler.draw([generator(8, 0)])
    moved = np.concatenate(
        [np.rint(stages[-1]) - 3 for stages, _ in sampler._misread(drawn, BLOCK)]
    )[:, 1:]
    assert set(np.unique(moved)) == {-1, 0, 1}
    assert abs((moved == -1).mean() - 0.15) < 0.01
    assert abs((moved == 1).mean() - 0.15) < 0.01
    # Two falls of one body together, by a bivariate normal of correlation 0.4 (quantile of 0.15).
    from scipy.stats import multivariate_normal, norm

    both = multivariate_normal(cov=[[1, 0.4], [0.4, 1]]).cdf([norm.ppf(0.15)] * 2)
    falls = (moved == -1).sum(axis=2)
    assert abs((falls * (falls - 1)).mean() / (47 * 46) - both) < 0.004


def test_misread_levels_stay_on_the_scale() -> None:
    table = levels(5)
    table.iloc[0], table.iloc[1] = 1, 5
    sampler = Sampler(read_case(table, EDITION), (LevelError(1.0),))
    drawn = sampler.draw([generator(8, 0)])
    (stages, _), *_ = sampler._misread(drawn, BLOCK)
    assert set(np.unique(stages[-1][:, 0])) == {1, 2}
    assert set(np.unique(stages[-1][:, 1])) == {4, 5}


def test_ties_share_the_better_rank_and_near_scores_are_parted() -> None:
    scores = np.array([[2.0, 2.0 + 2e-9, 2.0 + 4e-10, 3.0], [1.5, 1.5, 1.5, 1.5]])
    ranker = Ranker(4, largest=6.0, unit=1e-9, edges=np.array([2.0]))
    assert ranker.ranks(scores * ranker.scale).tolist() == [[3, 2, 3, 1], [1, 1, 1, 1]]


@pytest.mark.parametrize("n_bodies", [3, 1_024, 1_025])
def test_short_and_long_keys_rank_as_pandas_does(n_bodies: int) -> None:
    rng = np.random.default_rng(n_bodies)
    scores = np.round(rng.integers(1000, 5000, (4, n_bodies)) / 1000, 3)
    scores += rng.choice([0, 1e-9, 3e-10], scores.shape)
    ranker = Ranker(n_bodies, largest=6.0, unit=1e-9, edges=np.empty(0))
    expected = [
        pd.Series(-np.round(row, 9)).rank(method="min").astype(int).tolist() for row in scores
    ]
    assert ranker.ranks(scores * ranker.scale).tolist() == expected


def test_many_bodies_share_classes_of_ranks() -> None:
    n_bodies = 3_000
    scores = np.random.default_rng(4).uniform(1, 5, (5, n_bodies))
    scores[0, :3] = 2.0, 2.0 - 4e-10, 2.0 - 6e-10  # the last is rounded to below the edge
    ranker = Ranker(n_bodies, largest=6.0, unit=1e-9, edges=np.array([2.0, 3.0]))
    tally = empty_tally(n_bodies, 2, draws=5)
    ranker.count([scores[:2] * ranker.scale, scores[2:] * ranker.scale], tally)
    ranker.finish(tally)
    assert (tally.width, tally.ranks.shape) == (6, (3_000, 500))
    rounded = np.round(scores, 9)
    assert (tally.above == [(rounded >= edge).sum(axis=0) for edge in (2, 3)]).all()
    ranks = np.array([pd.Series(-row).rank(method="min").astype(int) for row in rounded])
    expected = np.zeros((n_bodies, 500), dtype=int)
    for row in ranks:
        expected[np.arange(n_bodies), (row - 1) // 6] += 1
    assert (tally.ranks == expected).all()
    median = np.sort(ranks, axis=0)[2]
    assert (tally.rank_quantile(0.5) == -(-median // 6) * 6).all()


def test_ties_where_a_class_ends_share_the_better_class() -> None:
    n_bodies = 3_000
    rng = np.random.default_rng(5)
    # Some thirty bodies per score, so that classes of six ranks end among equals; some of them
    # differ by what is rounded away.
    scores = rng.integers(1_000, 1_100, (4, n_bodies)) / 1_000
    scores += rng.choice([0, 4e-10, -4e-10], scores.shape)
    ranker = Ranker(n_bodies, largest=6.0, unit=1e-9, edges=np.array([1.05]))
    tally = empty_tally(n_bodies, 1, draws=4)
    ranker.count([scores * ranker.scale], tally)
    ranker.finish(tally)
    rounded = np.round(scores, 9)
    assert (tally.above[0] == (rounded >= 1.05).sum(axis=0)).all()
    expected = np.zeros((n_bodies, 500), dtype=int)
    for row in rounded:
        ranks = pd.Series(-row).rank(method="min").astype(int).to_numpy()
        expected[np.arange(n_bodies), (ranks - 1) // 6] += 1
    assert (tally.ranks == expected).all()


ALL = [
    Weights.uniform(0.25),
    Aggregation("geometric", at="index"),
    LevelError(0.1, 0.2),
    LeaveOut(),
]


@pytest.mark.whole
@pytest.mark.parametrize("choices", [ALL[:1], ALL[2:3], ALL], ids=["weights", "levels", "all"])
def test_threads_change_no_count(choices: list) -> None:
    table = levels(40)
    runs = [audit(table, EDITION, choices, draws=1_100, seed=7, workers=n) for n in (1, 2, 5)]
    assert len({run.counts_hash for run in runs}) == 1
    assert runs[0].counts.draws == 1_100


def test_fewer_draws_are_the_first_ones() -> None:
    table = levels(12)
    few, many = (audit(table, EDITION, ALL, draws=n, seed=7).counts for n in (250, 400))
    assert (few.ranks <= many.ranks).all()


def test_values_of_many_decimals_give_the_counts_of_loops() -> None:
    table = pd.DataFrame(
        np.random.default_rng(3).uniform(1, 5, (6, 4)), columns=["D1", "D2", "D3", "D4"]
    )
    table = table.round(8)
    result = audit(table, EDITION, draws=200, seed=4)
    rng = np.random.default_rng(np.random.SeedSequence(4, spawn_key=(0,)))
    own = np.array([0.13, 0.25, 0.165, 0.455])
    draws = [
        [loops.index(row, own * f) for row in table.to_numpy()]
        for f in rng.uniform(0.75, 1.25, (200, 4))
    ]
    assert result.counts.ranks.tolist() == loops.rank_counts(draws)


def test_checkpoint_goes_on_where_a_run_ended(tmp_path: Path) -> None:
    table, file = levels(10), tmp_path / "counts.npz"
    audit(table, EDITION, draws=400, seed=1, checkpoint=file)
    resumed = audit(table, EDITION, draws=1_000, seed=1, checkpoint=file)
    assert resumed.counts_hash == audit(table, EDITION, draws=1_000, seed=1).counts_hash
    assert list(tmp_path.iterdir()) == [file]


def test_checkpoint_of_something_else_is_refused(tmp_path: Path) -> None:
    table, file = levels(10), tmp_path / "counts.npz"
    audit(table, EDITION, draws=400, seed=1, checkpoint=file)
    with pytest.raises(DataError, match="belongs to other data"):
        audit(table, EDITION, draws=400, seed=2, checkpoint=file)
    with pytest.raises(DataError, match="It holds 400 draws, 200 are wanted"):
        audit(table, EDITION, draws=200, seed=1, checkpoint=file)
    file.write_bytes(b"PK broken")
    with pytest.raises(DataError, match="cannot be read"):
        audit(table, EDITION, draws=400, seed=1, checkpoint=file)


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from auditing.test_counts import levels, EDITION
from spbe_research import audit
print(audit(levels(80), EDITION, draws=60_000, seed=3, checkpoint={file!r}).counts_hash)
"""


@pytest.mark.whole
def test_killed_runs_end_with_the_same_counts(tmp_path: Path) -> None:
    file = tmp_path / "counts.npz"
    program = KILLED.format(tests=str(Path(__file__).parents[1]), file=str(file))
    kills = 0
    for _ in range(3):
        before = file.stat().st_mtime_ns if file.exists() else 0
        run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        while run.poll() is None and (not file.exists() or file.stat().st_mtime_ns == before):
            time.sleep(0.005)
        if run.poll() is None:
            os.kill(run.pid, signal.SIGKILL)
            kills += 1
        run.communicate()
    last = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    whole = audit(levels(80), EDITION, draws=60_000, seed=3)
    assert kills > 0
    assert last.stdout.strip() == whole.counts_hash


def test_idle_choices_are_refused() -> None:
    table = levels(5)
    with pytest.raises(DataError, match="arithmetic at index: is what permen-59-2020 does already"):
        audit(table, EDITION, Aggregation("arithmetic", at="index"))
    with pytest.raises(DataError, match=r"weights uniform\(0.25\): changes no index"):
        audit(pd.DataFrame(3, columns=ITEMS, index=range(4)), EDITION, Weights.uniform(0.25))
    # A1 is all that lies below D1.
    with pytest.raises(DataError, match="geometric at D1: changes no index"):
        audit(table, EDITION, Aggregation("geometric", at="D1"))
    with pytest.raises(DataError, match="leave_out index: nothing would be left"):
        audit(table, EDITION, LeaveOut("index"))
    with pytest.raises(DataError, match="stands twice"):
        audit(table, EDITION, [Weights.uniform(0.25), Weights.uniform(0.25)])
    with pytest.raises(DataError, match="there is none"):
        audit(table, EDITION, [])
    with pytest.raises(DataError, match="is no choice"):
        audit(table, EDITION, "uniform")


def test_wrong_data_are_refused() -> None:
    table = levels(5)
    with pytest.raises(ScoringError, match="row 'body-2', I04: 6 is outside 1 to 5"):
        audit(table.assign(I04=[1, 1, 6, 1, 1]), EDITION)
    with pytest.raises(ScoringError, match="column I05: is absent"):
        audit(table.drop(columns="I05"), EDITION)
    with pytest.raises(InstrumentError, match="Invalid part 'D9'"):
        audit(table, EDITION, LeaveOut("D9"))
    with pytest.raises(DataError, match="draws: 0, must be a whole number, 1 or more"):
        audit(table, EDITION, draws=0)
    with pytest.raises(DataError, match="Invalid data of 1 bodies"):
        audit(table.head(1), EDITION)
    domains = pd.DataFrame({"D1": [1.5, 2], "D2": [2, 2], "D3": [3, 2], "D4": [1, 4]})
    with pytest.raises(DataError, match="needs whole levels of 0 to 100, not domains"):
        audit(domains, EDITION, LevelError(0.1))
    with pytest.raises(DataError, match="needs positive values"):
        audit(domains.assign(D1=[0, 2]), EDITION, Aggregation("geometric"))
    with pytest.raises(DataError, match="D2: nan is no number"):
        audit(domains.assign(D2=[np.nan, 2]), EDITION)


def test_printed_domain_outside_the_scale_is_told() -> None:
    domains = pd.DataFrame({"D1": [1.5, 2], "D2": [2, 2], "D3": [3, 2], "D4": [0.3, 4]})
    result = audit(domains, EDITION, draws=10)
    assert result.notes == ("0, D4: 0.3 lies outside 1 to 5 and is taken as printed.",)
