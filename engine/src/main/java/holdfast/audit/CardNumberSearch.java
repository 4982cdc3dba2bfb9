package holdfast.audit;

import holdfast.db.Tx;
import holdfast.kernel.CardNumbers;
import java.util.List;
import java.util.regex.Pattern;

/// Searches every text in the database for card numbers: PostgreSQL finds what has digits enough, and of that,
/// which is little, [CardNumbers] tells which are some. What names things of the shop's own is exempt, as it is
/// where a client says it.
final class CardNumberSearch {

    private static final String DIGITS = "(\\d[^[:alnum:]]?){13}";

    /// Members of JSON that name something.
    private static final Pattern NAMES =
            Pattern.compile("\"(?:sku|id|tracking_number|cursor|[a-z_]+_id|aggregateId)\"\\s*:\\s*\"[^\"]*\"");

    // The tables with the texts in them, as SQL.
    private static final String TABLES = """
            select c.oid::regclass::text as relation,
                   string_agg(case t.typname when 'bytea' then format('encode(%I, ''escape'')', a.attname)
                                             else format('%I::text', a.attname) end, ', ' order by a.attnum) as texts
              from pg_class c
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              join pg_type t on t.oid = a.atttypid
             where c.relnamespace = 'holdfast'::regnamespace and c.relkind = 'r'
               and c.relname <> 'flyway_schema_history'
               and (t.typname in ('text', 'varchar', 'json', 'jsonb', '_text')
                    or t.typname = 'bytea' and a.attname in ('body', 'payload'))
               and a.attname not in ('id', 'sku', 'tracking_number', 'key', 'cause')
               and a.attname not like '%\\_id'
             group by c.oid
             order by c.relname
            """;

    private record Table(String relation, String texts) {}

    private CardNumberSearch() {}

    static void run(Tx tx) {
        List<Table> tables = tx.query(TABLES)
                .map((row, _) -> new Table(row.getString("relation"), row.getString("texts")))
                .list();
        for (Table table : tables) {
            tx.execute("insert into searched select '%1$s', count(*) from %1$s".formatted(table.relation));
            List<String> places = search(tx, table);
            if (places.isEmpty()) continue;
            tx.update("insert into card_number select :relation, * from unnest(:places::text[])")
                    .bind("relation", table.relation)
                    .bind("places", tx.texts(places))
                    .execute();
        }
    }

    private static List<String> search(Tx tx, Table table) {
        record Candidate(String place, String texts) {}
        return tx.query("""
                        select ctid::text as place, texts
                          from (select ctid, concat_ws(chr(10), %s) as texts from %s) t
                         where texts ~ :digits
                        """.formatted(table.texts, table.relation))
                .bind("digits", DIGITS)
                .map((row, _) -> new Candidate(row.getString("place"), row.getString("texts")))
                .filter(candidate ->
                        CardNumbers.appearsIn(NAMES.matcher(candidate.texts).replaceAll("")))
                .map(Candidate::place)
                .list();
    }
}
