package holdfast.reconcile;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.db.Tx;
import holdfast.kernel.Ids;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Attempt;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The payments as they are written here, and what was found about them.
final class ReconcileTable {

    private static final JsonMapper JSON = new JsonMapper();

    private static final String SELECT = """
            select id, coalesce(gateway_ref, case when :named then id::text end) as reference, state, amount, captured,
                   refunded, currency, due_at <= shop_clock() + interval '10 minutes' as due
              from payment
            """;

    private static final String BY_ID = SELECT + " where gateway = :gateway and id = any (:ids)";

    private static final String BY_REFERENCE = SELECT + " where gateway = :gateway and gateway_ref = :reference";

    // Ids begin with the time of the clock they were made by, which need not be that of the database.
    private static final String WITH_MONEY = SELECT + """
             where gateway = :gateway and state in ('authorized', 'captured')
               and id between :first and :last
               and created_at >= :from and created_at < :until
            """;

    private static final String FORGOTTEN = """
            select count(*)
              from gateway_operation
             where payment_id = :payment and key like '%:stray:%'
               and first_sent_at < shop_clock() - interval '20 hours'
            """;

    private static final String PLAN = """
            insert into gateway_operation (key, payment_id, operation, request, state, tries, first_sent_at,
                                           last_sent_at)
            values (:key, :payment, :operation, :request::jsonb, 'planned', 1, shop_clock(), shop_clock())
            on conflict (payment_id, key) do update
               set tries = gateway_operation.tries + 1, last_sent_at = shop_clock()
            """;

    private static final String ANSWERED =
            "update gateway_operation set state = :state where payment_id = :payment and key = :key";

    private static final String OLDEST = "select created_at from payment order by id limit 1";

    private static final String BEGIN = """
            insert into reconciliation (id, gateway, kind, since, until)
            select :id, :gateway, :kind, :since, :until
             where not exists (select from reconciliation
                                where gateway = :gateway and kind = :kind and started_at > :notSince)
            """;

    private static final String END = """
            update reconciliation
               set ended_at = shop_clock(), checked = :checked, agreed = :agreed, underway = :underway,
                   unexplained = :unexplained, findings = :findings::jsonb, incomplete = :incomplete
             where id = :id
            """;

    private static final String REPORTS = """
            select id, gateway, kind, since, until, started_at, ended_at, checked, agreed, underway, findings,
                   incomplete
              from reconciliation
            """;

    private static final String FORGET =
            "delete from reconciliation where started_at < shop_clock() - interval '35 days'";

    /// How far clocks may be apart, and how long a payment may take to be named.
    private static final long SLACK_S = 3_600;

    private record Written(String reference, @Nullable String payment, String detail, boolean resolved) {}

    private ReconcileTable() {}

    /// @param named whether the gateway takes our name for a payment
    static Map<PaymentId, Ours> byId(Tx tx, String gateway, boolean named, Collection<PaymentId> ids) {
        return tx
                .query(BY_ID)
                .bind("gateway", gateway)
                .bind("named", named)
                .bind("ids", tx.uuids(ids, PaymentId::value))
                .map((row, _) -> ours(row))
                .stream()
                .collect(toMap(Ours::id, identity()));
    }

    static Optional<Ours> byReference(Tx tx, String gateway, boolean named, String reference) {
        Optional<PaymentId> ourName = named ? PaymentId.parse(reference) : Optional.empty();
        if (ourName.isPresent()) {
            return Optional.ofNullable(
                    byId(tx, gateway, true, List.of(ourName.get())).get(ourName.get()));
        }
        return tx.query(BY_REFERENCE)
                .bind("gateway", gateway)
                .bind("named", named)
                .bind("reference", reference)
                .map((row, _) -> ours(row))
                .findOne();
    }

    /// Those that began in a time and have money now.
    static List<Ours> withMoney(Tx tx, String gateway, boolean named, Instant from, Instant until) {
        return tx.query(WITH_MONEY)
                .bind("gateway", gateway)
                .bind("named", named)
                .bind("first", idAt(from.minusSeconds(SLACK_S), 0))
                .bind("last", idAt(until.plusSeconds(SLACK_S), -1))
                .bind("from", Timestamp.from(from))
                .bind("until", Timestamp.from(until))
                .map((row, _) -> ours(row))
                .list();
    }

    private static UUID idAt(Instant moment, long rest) {
        return new UUID(moment.toEpochMilli() << 16 | (rest & 0xffff), rest);
    }

    /// Writes down what is about to be asked: that money which nothing stands for be let go of.
    static LetGo plan(Tx tx, String reference, PaymentId payment, Money taken) {
        int forgotten = tx.query(FORGOTTEN)
                .bind("payment", payment.value())
                .mapTo(Integer.class)
                .one();
        var letGo = new LetGo(reference, payment, taken, forgotten + 1);
        tx.update(PLAN)
                .bind("key", letGo.key())
                .bind("payment", letGo.payment().value())
                .bind("operation", letGo.operation())
                .bind("request", letGo.request())
                .execute();
        return letGo;
    }

    static void answered(Tx tx, LetGo letGo, String state) {
        tx.update(ANSWERED)
                .bind("state", state)
                .bind("payment", letGo.payment().value())
                .bind("key", letGo.key())
                .execute();
    }

    /// When the first payment began.
    static Optional<Instant> oldest(Tx tx) {
        return tx.query(OLDEST)
                .map((row, _) -> row.getTimestamp("created_at").toInstant())
                .findOne();
    }

    private static Ours ours(ResultSet row) throws SQLException {
        Currency currency = Currency.getInstance(row.getString("currency"));
        return new Ours(
                new PaymentId(row.getObject("id", UUID.class)),
                row.getString("reference"),
                Attempt.State.of(row.getString("state")),
                Money.of(row.getLong("amount"), currency),
                Money.of(row.getLong("captured"), currency),
                Money.of(row.getLong("refunded"), currency),
                row.getBoolean("due"));
    }

    /// Writes down that one begins, unless one of the kind has begun after `notSince`; empty if so.
    static Optional<UUID> begin(
            Tx tx, String gateway, Report.Kind kind, Instant since, Instant until, Instant notSince) {
        UUID id = Ids.next();
        int begun = tx.update(BEGIN)
                .bind("id", id)
                .bind("gateway", gateway)
                .bind("kind", kind.code())
                .bind("since", Timestamp.from(since))
                .bind("until", Timestamp.from(until))
                .bind("notSince", Timestamp.from(notSince))
                .execute();
        return begun == 1 ? Optional.of(id) : Optional.empty();
    }

    static void end(Tx tx, UUID id, Tally tally) {
        List<Report.Finding> findings = tally.findings();
        tx.update(END)
                .bind("id", id)
                .bind("checked", tally.checked())
                .bind("agreed", tally.agreed())
                .bind("underway", tally.underway())
                .bind(
                        "unexplained",
                        findings.stream().filter(finding -> !finding.resolved()).count())
                .bind("findings", written(findings))
                .bind("incomplete", tally.incomplete())
                .execute();
    }

    static List<Report> latest(Tx tx, int limit) {
        return tx.query(REPORTS + " order by started_at desc, id desc limit :limit")
                .bind("limit", limit)
                .map((row, _) -> report(row))
                .list();
    }

    static Optional<Report> find(Tx tx, UUID id) {
        return tx.query(REPORTS + " where id = :id")
                .bind("id", id)
                .map((row, _) -> report(row))
                .findOne();
    }

    static void forgetOld(Tx tx) {
        tx.update(FORGET).execute();
    }

    private static Report report(ResultSet row) throws SQLException {
        return new Report(
                row.getObject("id", UUID.class),
                row.getString("gateway"),
                Report.Kind.of(row.getString("kind")),
                row.getTimestamp("since").toInstant(),
                row.getTimestamp("until").toInstant(),
                row.getTimestamp("started_at").toInstant(),
                instant(row, "ended_at"),
                row.getInt("checked"),
                row.getInt("agreed"),
                row.getInt("underway"),
                read(row.getString("findings")),
                row.getString("incomplete"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private static String written(List<Report.Finding> findings) {
        try {
            return JSON.writeValueAsString(findings.stream()
                    .map(finding -> new Written(
                            finding.reference(),
                            finding.payment() == null ? null : finding.payment().toString(),
                            finding.detail(),
                            finding.resolved()))
                    .toList());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts are JSON", e);
        }
    }

    private static List<Report.Finding> read(String findings) {
        try {
            return JSON.readValue(findings, new TypeReference<List<Written>>() {}).stream()
                    .map(each -> new Report.Finding(
                            each.reference,
                            Optional.ofNullable(each.payment)
                                    .flatMap(PaymentId::parse)
                                    .orElse(null),
                            each.detail,
                            each.resolved))
                    .toList();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Written by us", e);
        }
    }
}
