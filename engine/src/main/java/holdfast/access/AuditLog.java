package holdfast.access;

import holdfast.db.Tx;
import holdfast.kernel.Page;
import holdfast.kernel.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What was done to run the shop, by whom and when, for good: written in the transaction that does it, never
/// changed, and chained by hashes, so that nothing can be taken out or put in without the audit noticing.
///
/// What was refused, or tried in vain, is not in here.
public final class AuditLog {

    /// Which entries are asked for; what is null does not matter.
    public record Filter(
            @Nullable Deed deed,
            @Nullable String subject,
            @Nullable UUID actor) {

        public static final Filter ALL = new Filter(null, null, null);
    }

    /// Does the work and writes down who did it, what to, and what changed by it; nothing where the work
    /// throws.
    ///
    /// @param typed its id, its SKU, its code; null where it is done to nothing in particular
    public <T> T record(Tx tx, Actor actor, Deed deed, @Nullable String typed, Supplier<T> work) {
        String subject = typed == null ? null : deed.subject().spelled(typed);
        String before = deed.subject() == Subject.NOTHING
                ? null
                : tx.query("select %s::text as state".formatted(deed.subject().state()))
                        .bind("subject", subject)
                        .map((row, _) -> row.getString("state"))
                        .list()
                        .getFirst();
        T result = work.get();
        tx.deferred(Entries.class, Entries::new).all.add(new Entry(actor, deed, subject, before));
        return result;
    }

    private record Entry(
            Actor actor,
            Deed deed,
            @Nullable String subject,
            @Nullable String before) {}

    /// Written last of all: until its transaction ends, whoever writes into the log keeps all others waiting.
    /// Of the subject, what did not change is left out, unless it came or went as a whole.
    private static final class Entries implements Tx.Deferred {

        private final List<Entry> all = new ArrayList<>();

        @Override
        public void flush(Tx tx) {
            for (Entry entry : all) {
                tx.update("""
                                insert into audit_log (actor_kind, actor_id, deed, subject_id, before, after,
                                                       request_id)
                                select :kind::text, :actor::uuid, :deed::text, :subject::text,
                                       case when s.before is null or s.after is null then s.before
                                            else (select coalesce(jsonb_object_agg(key, value), '{}')
                                                    from jsonb_each(s.before)
                                                   where value is distinct from s.after -> key) end,
                                       case when s.before is null or s.after is null then s.after
                                            else (select coalesce(jsonb_object_agg(key, value), '{}')
                                                    from jsonb_each(s.after)
                                                   where value is distinct from s.before -> key) end,
                                       :request::uuid
                                  from (select :before::jsonb as before, %s as after) s
                                """.formatted(entry.deed.subject().state()))
                        .bind("kind", entry.actor.kind().code())
                        .bind("actor", entry.actor.id())
                        .bind("deed", entry.deed.code())
                        .bind("subject", entry.subject)
                        .bind("before", entry.before)
                        .bind("request", entry.actor.request())
                        .execute();
            }
        }
    }

    /// What was done, the latest first.
    ///
    /// @param after the `next` of the page before; null: from the beginning
    public Page<AuditEntry> list(Tx tx, Filter filter, int limit, @Nullable String after) {
        var conditions = new ArrayList<>(List.of("a.seq < :before"));
        if (filter.deed != null) conditions.add("a.deed = :deed");
        if (filter.subject != null) conditions.add("a.subject_id = :subject");
        if (filter.actor != null) conditions.add("a.actor_id = :actor");
        var query = tx.query("""
                        select a.seq, a.at, a.actor_kind, a.actor_id, coalesce(k.title, m.name) as title, a.deed,
                               a.subject_id, a.before::text as before, a.after::text as after, a.request_id, a.previous,
                               a.hash
                          from audit_log a
                          left join api_key k on a.actor_kind = 'key' and k.id = a.actor_id
                          left join staff m on a.actor_kind = 'staff' and m.id = a.actor_id
                         where %s
                         order by a.seq desc
                         limit :limit
                        """.formatted(String.join(" and ", conditions)))
                .bind("before", after == null ? Long.MAX_VALUE : cursor(after))
                .bind("limit", limit + 1);
        if (filter.deed != null) query.bind("deed", filter.deed.code());
        if (filter.subject != null) query.bind("subject", filter.subject);
        if (filter.actor != null) query.bind("actor", filter.actor);
        return Page.of(query.map((row, _) -> entry(row)).list(), limit, entry -> String.valueOf(entry.seq()));
    }

    private static long cursor(String cursor) {
        if (cursor.matches("[1-9][0-9]{0,17}")) return Long.parseLong(cursor);
        throw Refusal.invalid("cursor", "malformed", "Not a cursor of this list");
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getLong("seq"),
                row.getTimestamp("at").toInstant(),
                new Actor(
                        Actor.Kind.of(row.getString("actor_kind")),
                        row.getObject("actor_id", UUID.class),
                        row.getObject("request_id", UUID.class)),
                row.getString("title"),
                Deed.of(row.getString("deed")),
                row.getString("subject_id"),
                row.getString("before"),
                row.getString("after"),
                HexFormat.of().formatHex(row.getBytes("previous")),
                HexFormat.of().formatHex(row.getBytes("hash")));
    }
}
