"""Statements that migrations of core and of plugins share: policies, append-only tables.

Policies are spelled with a sub-select, which PostgreSQL runs once per statement instead of
once per row (docs/adr/0002-tenancy.md has the measurement).
"""

from __future__ import annotations

from alembic import op

IN_SCOPE = "municipality_id = any((select hamyar_scope())::uuid[])"
"""The row belongs to a municipality of the transaction's scope."""


def employed_in_scope(person: str) -> str:
    """Return the condition that ``person`` is employed today inside the scope, or is oneself."""
    return (
        f"({person} = (select hamyar_person()) or exists (select 1 from employment e"
        f" where e.person_id = {person} and e.{IN_SCOPE}"
        " and e.starts_on <= (select hamyar_today())"
        " and (e.ends_on is null or e.ends_on > (select hamyar_today()))))"
    )


def force_rls(table: str) -> None:
    """Switch row-level security on, for the table's owner too.

    FORCE would blind migrations and dumps (a backfill updates 0 rows without a word), so the
    owner and the backup role get a policy of their own.
    """
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy owner on {table} to hamyar_owner using (true) with check (true)")
    op.execute(f"create policy backup on {table} for select to hamyar_backup using (true)")


def isolate(table: str, condition: str = IN_SCOPE, *, check: str | None = None) -> None:
    """Isolate a table: the app role sees and writes rows that meet ``condition`` only."""
    force_rls(table)
    op.execute(
        f"create policy scope on {table} to hamyar_app using ({condition})"
        f" with check ({check or condition})"
    )


def isolate_by_person(table: str, column: str = "person_id") -> None:
    """Isolate a person-owned table: oneself and today's employers see the row."""
    isolate(table, employed_in_scope(f"{table}.{column}"))


def append_only(table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE: by grant for the app, by trigger for everyone."""
    op.execute(f"revoke update, delete, truncate on {table} from hamyar_app")
    op.execute(
        f"create trigger append_only before update or delete on {table}"
        " for each row execute function hamyar_refuse_change()"
    )
    op.execute(
        f"create trigger append_only_truncate before truncate on {table}"
        " for each statement execute function hamyar_refuse_change()"
    )


def definer_function(signature: str, returns: str, body: str, *, volatile: bool = False) -> None:
    """Create a SECURITY DEFINER function that only the app role may call.

    ``search_path`` is fixed, since a definer function with the caller's could be hijacked.
    """
    kind = "volatile" if volatile else "stable"
    op.execute(
        f"create function {signature} returns {returns} language plpgsql {kind}"
        f" security definer set search_path = public, pg_temp as $body$\n{body}\n$body$"
    )
    op.execute(f"revoke all on function {signature_types(signature)} from public")
    op.execute(f"grant execute on function {signature_types(signature)} to hamyar_app")


def signature_types(signature: str) -> str:
    """Return ``name(type, …)`` of a signature ``name(p_a type, p_b type default …)``."""
    name, _, rest = signature.partition("(")
    arguments = rest.rsplit(")", 1)[0]
    types = [
        argument.strip().split(" default ")[0].split(" ", 1)[1]
        for argument in arguments.split(",")
        if argument.strip()
    ]
    return f"{name}({', '.join(types)})"
