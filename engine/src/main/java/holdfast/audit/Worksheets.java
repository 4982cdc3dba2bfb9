package holdfast.audit;

import holdfast.audit.ProviderLedger.Intent;
import holdfast.audit.ProviderLedger.Movement;
import holdfast.db.Inserts;
import holdfast.db.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Temporary tables for what is read once and looked at by many invariants:
///
/// - `told`: the events of the outbox, one by one, in the order they were told
/// - `ledger`, `intent`, `movement`: the books of the payment providers
/// - `charge`: the same, a row for each payment with which money was moved, and whose it is, as far as we know
/// - `searched`, `card_number`: which tables were searched for card numbers, and where there is one
final class Worksheets {

    // A charge counts its movements; what has an _early of its own was there before the database was looked at.
    // Of what was given back some may have come back. We hear of that at once, or when all is compared, once a
    // night: until then there is what we must take for given back at least, and what we may take at most.
    private static final String LAY = """
            create temporary table told (id uuid, type text, outbox_id bigint, position bigint) on commit drop;
            create temporary table ledger (gateway text) on commit drop;
            create temporary table intent (gateway text, reference text, payment uuid) on commit drop;
            create temporary table movement (
              gateway text, reference text, kind text, amount bigint, currency text, key text, early boolean,
              at timestamptz
            ) on commit drop;
            create temporary table charge (
              gateway text, reference text, payment uuid, checkout uuid, named uuid,
              currency text, currencies bigint,
              auths bigint, auths_early bigint, authorized numeric,
              captures bigint, captured numeric, captured_early numeric,
              voids bigint, voids_early bigint,
              refunded numeric, refunded_least numeric, refunded_most numeric
            ) on commit drop;
            create temporary table searched (relation text, rows bigint) on commit drop;
            create temporary table card_number (relation text, place text) on commit drop
            """;

    private static final String TELL = """
            insert into told
            select e."aggregateId", e.type, o.id, e.position
              from outbox o
             cross join lateral rows from (json_to_recordset(o.events::json) as (type text, "aggregateId" uuid))
                                with ordinality as e (type, "aggregateId", position)
            """;

    // By the name that the provider gave it, else by ours that it was told.
    private static final String CHARGE = """
            insert into charge
            select m.gateway, m.reference, coalesce(n.id, t.id), coalesce(n.checkout_id, t.checkout_id), i.payment,
                   m.currency, m.currencies, m.auths, m.auths_early, m.authorized, m.captures, m.captured,
                   m.captured_early, m.voids, m.voids_early, m.refunded, m.refunded_least,
                   m.refunded_most
              from (select gateway, reference, min(currency) as currency, count(distinct currency) as currencies,
                           count(*) filter (where kind = 'AUTH') as auths,
                           count(*) filter (where kind = 'AUTH' and early) as auths_early,
                           coalesce(sum(amount) filter (where kind = 'AUTH'), 0) as authorized,
                           count(*) filter (where kind = 'CAPTURE') as captures,
                           coalesce(sum(amount) filter (where kind = 'CAPTURE'), 0) as captured,
                           coalesce(sum(amount) filter (where kind = 'CAPTURE' and early), 0) as captured_early,
                           count(*) filter (where kind = 'VOID') as voids,
                           count(*) filter (where kind = 'VOID' and early) as voids_early,
                           coalesce(sum(amount) filter (where kind = 'REFUND'), 0) as refunded,
                           coalesce(sum(amount) filter (where kind = 'REFUND' and (early or amount < 0)), 0)
                             as refunded_least,
                           coalesce(sum(amount) filter (where kind = 'REFUND'
                                                          and (amount > 0 or at < shop_clock() - interval '26 hours')),
                                    0) as refunded_most
                      from movement
                     group by gateway, reference) m
              left join intent i using (gateway, reference)
              left join payment n on n.gateway = m.gateway and coalesce(n.gateway_ref, n.id::text) = m.reference
              left join payment t on n.id is null and t.gateway = m.gateway and t.id = i.payment
            """;

    private static final String ANALYZE = "analyze told; analyze movement; analyze charge";

    private static final int ROWS_AT_ONCE = 10_000;

    private record Told<T>(String gateway, T what) {}

    private static final Inserts<Told<Intent>> INTENTS = Inserts.<Told<Intent>>into("intent")
            .text("gateway", Told::gateway)
            .text("reference", told -> told.what.reference())
            .uuid("payment", Worksheets::payment);

    private static @Nullable UUID payment(Told<Intent> told) {
        return told.what.payment();
    }

    private static final Inserts<Told<Movement>> MOVEMENTS = Inserts.<Told<Movement>>into("movement")
            .text("gateway", Told::gateway)
            .text("reference", told -> told.what.reference())
            .text("kind", told -> told.what.kind().name())
            .bigint("amount", told -> told.what.amount())
            .text("currency", told -> told.what.currency())
            .text("key", Worksheets::key)
            .bool("early", told -> told.what.early())
            .instant("at", told -> told.what.at());

    private static @Nullable String key(Told<Movement> told) {
        return told.what.key();
    }

    private Worksheets() {}

    /// Makes them, empty.
    static void lay(Tx tx) {
        tx.execute(LAY);
    }

    /// Copies the providers' books.
    static void copy(Tx tx, List<ProviderLedger> ledgers) {
        for (ProviderLedger ledger : ledgers) {
            tx.update("insert into ledger values (:gateway)")
                    .bind("gateway", ledger.gateway())
                    .execute();
            try (var intents = new Rows<>(tx, INTENTS);
                    var movements = new Rows<>(tx, MOVEMENTS)) {
                ledger.read(
                        intent -> intents.add(new Told<>(ledger.gateway(), intent)),
                        movement -> movements.add(new Told<>(ledger.gateway(), movement)));
            }
        }
    }

    /// Fills in what follows from the database and the copies.
    static void work(Tx tx) {
        tx.execute(TELL);
        tx.execute(CHARGE);
        CardNumberSearch.run(tx);
        tx.execute(ANALYZE);
    }

    /// Rows on their way into a table, many at once.
    private static final class Rows<T> implements AutoCloseable {

        private final Tx tx;
        private final Inserts<T> into;
        private final List<T> waiting = new ArrayList<>();

        Rows(Tx tx, Inserts<T> into) {
            this.tx = tx;
            this.into = into;
        }

        void add(T row) {
            waiting.add(row);
            if (waiting.size() == ROWS_AT_ONCE) close();
        }

        @Override
        public void close() {
            tx.insert(into, List.copyOf(waiting));
            waiting.clear();
        }
    }
}
