"""Which requests an employee can begin himself, in each of his employments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from core.accounts.request_state import RequestState
from core.activation.states import ServiceState
from core.errors import NotFound
from core.forms import FormSchema
from core.municipalities.place import Place
from core.policy.viewer import Post
from core.requests.registry import KnownType, Registry
from core.sdk.text import Text


@dataclass(frozen=True, slots=True)
class Group:
    """The requests of one service."""

    title: Text
    types: tuple[KnownType, ...]


@dataclass(frozen=True, slots=True)
class Workplace:
    """An employment of today with what can be asked for there."""

    post: Post
    place: Place
    groups: tuple[Group, ...]


def workplaces(state: RequestState, registry: Registry) -> tuple[Workplace, ...]:
    """Return the viewer's employments of today, core's requests before the services'."""
    places = {place.id: place for place in state.places}
    return tuple(
        Workplace(post, places[post.municipality_id], tuple(_groups(state, registry, post)))
        for post in state.viewer.posts
    )


def _groups(state: RequestState, registry: Registry, post: Post) -> Iterator[Group]:
    known = [k for k in registry.all() if _is_offered(state, k, post)]
    for service in dict.fromkeys(k.service for k in known):
        types = tuple(k for k in known if k.service == service)
        yield Group(registry.service_title(service), types)


def _is_offered(state: RequestState, known: KnownType, post: Post) -> bool:
    """Tell whether it has a form, and its service takes something new there."""
    has_form = known.type.self_service and issubclass(known.type.schema, FormSchema)
    states = state.services.get(post.municipality_id, {})
    is_on = known.service is None or states.get(known.service) == ServiceState.ON
    return has_form and is_on


def chosen_post(
    state: RequestState, known: KnownType, posts: Iterable[Post], employment_id: UUID | None
) -> Post:
    """Return the employment for which a request is begun: the one named, or the first.

    Raises:
        NotFound: the type isn't offered there.
    """
    for post in posts:
        if employment_id in (None, post.employment_id) and _is_offered(state, known, post):
            return post
    raise NotFound()
