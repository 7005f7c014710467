from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.app import database_limits
from server.cluster.courier import BODY_BYTES_MAX
from server.cluster_settings import MESSAGE_BYTES_MAX
from server.settings import Settings

DATABASE = "postgresql://u@h/d"
NODE = {"redis_url": "redis://h", "database_url": DATABASE, "calls": "direct"}


@pytest.mark.parametrize(
    "url",
    [
        "redis://h:6379/0",
        "rediss://u:p@h/1",
        "unix:///run/valkey.sock",
        "redis+sentinel://a:26379,b:26379/goodfaith/0",
    ],
)
def test_a_redis_makes_a_process_a_node(url: str) -> None:
    settings = Settings.model_validate({**NODE, "redis_url": url})
    assert settings.in_cluster


def test_without_a_redis_a_process_is_alone() -> None:
    assert not Settings().in_cluster


@pytest.mark.parametrize(
    "url", ["http://h", "redis", "redis://", "redis+sentinel://a:1,b:2", ""]
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"redis_url": url, "database_url": DATABASE})


@pytest.mark.parametrize("database", [{}, {"database_url": "sqlite:///x.db"}])
def test_nodes_need_postgresql(database: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="redis_url needs PostgreSQL"):
        Settings.model_validate({"redis_url": "redis://h", **database})


@pytest.mark.parametrize("name", ["a b", "x" * 101, "a/b"])
def test_a_nodes_name_is_short_and_plain(name: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"node_name": name})


def test_one_of_several_nodes_waits_less_for_its_database_unless_it_is_told() -> None:
    alone = database_limits(Settings())
    node = Settings.model_validate(NODE)
    near = database_limits(node)
    assert (near.idle_s, near.statement_s) < (alone.idle_s, alone.statement_s)
    assert near.statement_s + near.answer_more_s < 10
    told = {"database_statement_s": 3.0, "database_idle_s": 1.0}
    limits = database_limits(node.model_copy(update=told))
    assert (limits.idle_s, limits.statement_s, limits.lock_s) == (1.0, 3.0, 3.0)


def test_nodes_share_their_relays() -> None:
    with pytest.raises(ValidationError, match="set relay_controls"):
        Settings.model_validate({**NODE, "calls": "relay"})
    shared = {
        "calls": "relay",
        "relay_controls": "10.0.0.1:7000",
        "relay_secret_file": "secret",
    }
    assert Settings.model_validate({**NODE, **shared}).in_cluster
    assert Settings.model_validate({**NODE, "calls": "relay", "role": "delivery"}).in_cluster


def test_a_message_of_a_page_fits_into_a_request_to_a_home() -> None:
    most = {**NODE, "message_bytes_max": MESSAGE_BYTES_MAX}
    assert Settings.model_validate(most).message_bytes_max < BODY_BYTES_MAX
    with pytest.raises(ValidationError, match="message_bytes_max"):
        Settings.model_validate({**NODE, "message_bytes_max": MESSAGE_BYTES_MAX + 1})
