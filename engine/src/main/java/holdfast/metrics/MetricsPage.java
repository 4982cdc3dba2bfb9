package holdfast.metrics;

import holdfast.admission.ConcurrencyLimit;
import holdfast.admission.RateLimits;
import holdfast.admission.Rule;
import holdfast.api.Answers;
import holdfast.api.HttpFigures;
import holdfast.db.Database;
import holdfast.db.GroupCommit;
import holdfast.db.Lane;
import holdfast.db.LaneFigures;
import holdfast.event.Outbox;
import holdfast.kernel.Problem;
import holdfast.payment.MeasuredGateway;
import holdfast.payment.WorkList;
import holdfast.reconcile.Webhooks;
import holdfast.trace.Traces;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the page. Counters are of this process and begin at nothing with it; what is open is of the whole
/// shop.
///
/// A label is never made of what somebody sent, so the page stays as long as it is. What is counted by a set
/// that is known begins at nought, since a rate needs something to begin with.
public final class MetricsPage {

    /// What is told of each kind of thing in the outbox, as `hold.created`.
    private static final Map<String, List<String>> EVENTS = Map.of(
            "hold", List.of("created", "changed", "committed", "released", "expired", "reopened"),
            "order", List.of("placed", "paid", "canceled"),
            "payment", List.of("declined", "failed", "overdue", "stuck", "resolved"),
            "refund", List.of("created", "succeeded", "failed"));

    /// In which somebody may have to look at a payment again.
    private static final String[] OPEN_STATES = {"begun", "requires_action", "unknown", "authorized", "captured"};

    private final Sources sources;
    private final OpenWork open;
    private final PrometheusRegistry registry = new PrometheusRegistry();

    /// Who counts what.
    ///
    /// @param limits how many are let in, by what for
    /// @param pools the pools of connections, by name
    /// @param pipeline null: it gives each command a transaction of its own, and counts none
    /// @param redisOut 1 while stock is reserved without Redis, else 0; empty where there is none
    public record Sources(
            Database database,
            Map<String, Database> pools,
            @Nullable GroupCommit pipeline,
            Outbox outbox,
            MeasuredGateway gateway,
            Webhooks webhooks,
            Answers answers,
            HttpFigures http,
            RateLimits rates,
            Map<String, ConcurrencyLimit> limits,
            Supplier<OptionalInt> redisOut,
            Traces traces) {}

    public MetricsPage(Sources sources) {
        this.sources = sources;
        this.open = new OpenWork(sources.database);
        JvmMetrics.builder().register(registry);
        registry.register((MultiCollector) this::figures);
    }

    /// The page as it is now.
    public byte[] text() {
        var text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("Memory is full", e);
        }
        return text.toByteArray();
    }

    private MetricSnapshots figures() {
        var families = new Families();
        events(families);
        asked(families);
        admission(families);
        gateway(families);
        if (sources.pipeline != null) pipeline(families, sources.pipeline);
        database(families);
        open(families);
        spans(families);
        sources.redisOut
                .get()
                .ifPresent(out -> families.gauge("redis_out", "1 while stock is reserved without Redis", out));
        return families.all();
    }

    private void events(Families families) {
        Map<String, Long> told = sources.outbox.told();
        EVENTS.forEach((thing, outcomes) -> {
            var figures = new HashMap<String, Long>();
            outcomes.forEach(outcome -> figures.put(outcome, told.getOrDefault(thing + "." + outcome, 0L)));
            families.counter(
                    thing + "s", "What became of each " + thing + ", as the outbox tells it", figures, by("outcome"));
        });
    }

    private void asked(Families families) {
        Map<HttpFigures.Answered, Long> answered = sources.http.answered();
        families.counter(
                "http_requests",
                "Requests that were answered",
                answered,
                each -> Labels.of(
                        "method",
                        each.asked().method(),
                        "route",
                        each.asked().route(),
                        "status",
                        String.valueOf(each.status())));
        families.times(
                "http_request_duration_seconds",
                "From the last header of a request to its answer",
                sources.http.took(),
                each -> Labels.of("method", each.method(), "route", each.route()));
        families.counter(
                "refusals",
                "Problems that were answered, by their code",
                complete(Problem.values(), sources.answers.refusals()),
                problem -> Labels.of("code", problem.code()));
        families.counter(
                "webhooks",
                "What came of webhooks, and of each look at one",
                complete(Webhooks.Result.values(), sources.webhooks.results()),
                result -> Labels.of("result", code(result)));
    }

    private void admission(Families families) {
        Map<String, ConcurrencyLimit.Figures> figures = new LinkedHashMap<>();
        sources.limits.forEach((what, limit) -> figures.put(what, limit.figures()));
        families.counter("admitted", "Requests that were let in", mapped(figures, each -> each.admitted()), by("what"));
        families.counter(
                "turned_away",
                "Requests for which the shop was too full",
                mapped(figures, each -> each.refused()),
                by("what"));
        families.counter(
                "rate_limited",
                "Requests that came too often, by the rule that says so",
                complete(Rule.values(), sources.rates.refused()),
                rule -> Labels.of("rule", code(rule)));
        families.gauge(
                "inside", "Requests that are being answered", mapped(figures, each -> each.inside()), by("what"));
        families.gauge("inside_limit", "How many may be, right now", mapped(figures, each -> each.limit()), by("what"));
    }

    private void gateway(Families families) {
        String name = sources.gateway.name();
        families.counter(
                "gateway_requests",
                "What the payment provider was asked for, and what it said",
                sources.gateway.asked(),
                each -> Labels.of("gateway", name, "operation", each.operation().code(), "outcome", each.outcome()));
        families.times(
                "gateway_request_duration_seconds",
                "How long the payment provider took, with what was tried again",
                sources.gateway.took(),
                operation -> Labels.of("gateway", name, "operation", operation.code()));
    }

    private static void pipeline(Families families, GroupCommit pipeline) {
        families.counter(
                "pipeline_commands",
                "Hot writes that were committed: the steps of a checkout",
                pipeline.committed(),
                type -> Labels.of(
                        "command",
                        type.getSimpleName().replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT)));
        Map<Lane, LaneFigures> lanes = pipeline.figures();
        families.sizes(
                "pipeline_batch_size",
                "Commands that shared a commit",
                mapped(lanes, LaneFigures::sizes),
                lane -> Labels.of("lane", code(lane)));
        families.times(
                "pipeline_commit_duration_seconds",
                "From the first statement of a batch to the end of its commit",
                mapped(lanes, LaneFigures::took),
                lane -> Labels.of("lane", code(lane)));
        lane(families, lanes, "pipeline_splits", "Batches that failed, and were parted", LaneFigures::splits);
        lane(
                families,
                lanes,
                "pipeline_lost_commits",
                "Commits that did not arrive, and were made again",
                LaneFigures::lost);
        families.gauge(
                "pipeline_waiting",
                "Commands that wait for their batch right now",
                mapped(lanes, LaneFigures::waiting),
                lane -> Labels.of("lane", code(lane)));
    }

    private static void lane(
            Families families,
            Map<Lane, LaneFigures> lanes,
            String name,
            String help,
            Function<LaneFigures, Number> figure) {
        families.counter(name, help, mapped(lanes, figure), lane -> Labels.of("lane", code(lane)));
    }

    private void database(Families families) {
        Map<Labels, Integer> states = new LinkedHashMap<>();
        Map<Labels, Integer> waiting = new LinkedHashMap<>();
        Map<Labels, Integer> most = new LinkedHashMap<>();
        sources.pools.forEach((name, pool) -> {
            Database.Connections now = pool.connections();
            states.put(Labels.of("pool", name, "state", "active"), now.active());
            states.put(Labels.of("pool", name, "state", "idle"), now.idle());
            waiting.put(Labels.of("pool", name), now.waiting());
            most.put(Labels.of("pool", name), now.most());
        });
        families.gauge("database_connections", "Connections to the database", states, Function.identity());
        families.gauge("database_connections_max", "How many there may be", most, Function.identity());
        families.gauge("database_connections_waiting", "Threads that wait for one", waiting, Function.identity());
    }

    private void open(Families families) {
        var figures = open.figures();
        families.gauge("database_up", "1 if the database answers, else 0", figures.isPresent() ? 1 : 0);
        figures.ifPresent(now -> {
            families.gauge(
                    "holds_open",
                    "Holds that are open, in the whole shop",
                    seeded(now.holds(), "active", "paying"),
                    by("state"));
            families.gauge(
                    "payments_open",
                    "Payments that somebody has to look at again",
                    seeded(now.payments(), OPEN_STATES),
                    by("state"));
            families.gauge(
                    "payments_oldest_age_seconds",
                    "The age of the oldest of them",
                    seeded(now.oldestPayments(), OPEN_STATES),
                    by("state"));
            families.gauge(
                    "work_items",
                    "Payments on the work list; those that lapse are captured soon, or not at all",
                    seeded(
                            now.workItems(),
                            Arrays.stream(WorkList.Reason.values())
                                    .map(WorkList.Reason::code)
                                    .toArray(String[]::new)),
                    by("reason"));
            String gateway = sources.gateway.name();
            families.gauge(
                    "webhooks_waiting",
                    "Webhooks to be looked at",
                    seeded(now.waitingWebhooks(), gateway),
                    by("gateway"));
            families.gauge(
                    "webhooks_dead",
                    "Webhooks that are dead letters",
                    seeded(now.deadWebhooks(), gateway),
                    by("gateway"));
            families.gauge(
                    "reconciliation_unexplained",
                    "What the latest reconciliation could not explain",
                    now.unexplained(),
                    by("gateway"));
            families.gauge(
                    "reconciliation_incomplete",
                    "1 if the latest reconciliation could not look at everything",
                    now.incomplete(),
                    by("gateway"));
            families.gauge(
                    "reconciliation_age_seconds",
                    "How long ago the latest reconciliation ended",
                    now.reconciliationAges(),
                    by("gateway"));
        });
    }

    private void spans(Families families) {
        Traces.Figures figures = sources.traces.figures();
        families.counter(
                "spans",
                "What became of the spans of traces: sent, dropped for want of room, or failed to be taken",
                Map.of("sent", figures.sent(), "dropped", figures.dropped(), "failed", figures.failed()),
                by("outcome"));
    }

    private static Function<String, Labels> by(String label) {
        return value -> Labels.of(label, value);
    }

    private static String code(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static <K, A, B> Map<K, B> mapped(Map<K, A> map, Function<A, B> figure) {
        var mapped = new LinkedHashMap<K, B>();
        map.forEach((key, value) -> mapped.put(key, figure.apply(value)));
        return mapped;
    }

    private static <E extends Enum<E>> Map<E, Long> complete(E[] all, Map<E, Long> counted) {
        var complete = new EnumMap<E, Long>(all[0].getDeclaringClass());
        for (E each : all) complete.put(each, counted.getOrDefault(each, 0L));
        return complete;
    }

    private static Map<String, Long> seeded(Map<String, Long> counted, String... known) {
        var seeded = new HashMap<>(counted);
        for (String each : known) seeded.putIfAbsent(each, 0L);
        return seeded;
    }
}
