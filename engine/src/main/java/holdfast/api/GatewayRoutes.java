package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Permission.ANYONE;
import static holdfast.api.Route.get;
import static holdfast.api.Route.post;
import static holdfast.api.Shapes.ID;
import static holdfast.api.Shapes.TIME;
import static holdfast.api.Shapes.formatted;
import static holdfast.api.Shapes.oneOf;

import holdfast.access.Deed;
import holdfast.idempotency.Answer;
import holdfast.reconcile.Reconciler;
import holdfast.reconcile.Webhooks;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What gateways tell, and how it agrees with what is written here.
final class GatewayRoutes {

    private static final Shape<String> GATEWAY =
            formatted("-", name -> name.matches("[a-z]{1,40}"), name -> name, "Must be 1 to 40 of a-z");
    private static final Shape<String> EVENT = formatted(
            "-", id -> id.matches("[A-Za-z0-9_.-]{1,100}"), id -> id, "Must be 1 to 100 of A-Z a-z 0-9 _ . -");
    private static final Shape<Webhooks.State> STATE =
            oneOf(Arrays.asList(Webhooks.State.values()), Webhooks.State::code);

    private final Webhooks webhooks;
    private final Reconciler reconciler;

    GatewayRoutes(Webhooks webhooks, Reconciler reconciler) {
        this.webhooks = webhooks;
        this.reconciler = reconciler;
    }

    List<Route> routes() {
        return List.of(
                post("/v1/gateways/{gateway}/webhooks", ANYONE, this::receive)
                        .takes(Route.Takes.SIGNED)
                        .key(KeyRule.IGNORED),
                get("/v1/gateways/{gateway}/webhooks", ADMIN, this::listWebhooks)
                        .query("status", "limit", "cursor"),
                post("/v1/gateways/{gateway}/webhooks/{event_id}/retry", ADMIN, this::retry)
                        .takes(Route.Takes.NOTHING)
                        .logged(Deed.WEBHOOK_RETRIED, "gateway", "event_id"),
                get("/v1/reconciliations", ADMIN, this::listReconciliations).query("limit"),
                post("/v1/reconciliations", ADMIN, this::reconcile)
                        .key(KeyRule.IGNORED)
                        .logged(Deed.PAYMENTS_RECONCILED),
                get("/v1/reconciliations/{id}", ADMIN, this::showReconciliation));
    }

    private Answer receive(Call call) {
        String gateway = call.path(path -> path.required("gateway", GATEWAY));
        String header = webhooks.signatureHeader(gateway).orElseThrow(Answers::notFound);
        webhooks.receive(gateway, call.signed(), call.header(header));
        return Answer.of(200, JsonWriter.object(json -> json.truth("received", true)));
    }

    private record Wanted(Webhooks.@Nullable State state, Paging paging) {}

    private Answer listWebhooks(Call call) {
        String gateway = call.path(path -> path.required("gateway", GATEWAY));
        Wanted wanted = call.query(query -> new Wanted(query.optional("status", STATE), Paging.of(query)));
        return call.read(tx -> Answers.page(
                webhooks.list(tx, gateway, wanted.state, wanted.paging.limit(), wanted.paging.cursor()),
                Render::webhook));
    }

    private record Letter(String gateway, String event) {}

    private Answer retry(Call call) {
        Letter letter =
                call.path(path -> new Letter(path.required("gateway", GATEWAY), path.required("event_id", EVENT)));
        return call.write(tx -> webhooks.retry(tx, letter.gateway, letter.event)
                .map(notice -> Answers.ok(notice, Render::webhook))
                .orElseThrow(Answers::notFound));
    }

    private Answer listReconciliations(Call call) {
        int limit = call.query(Paging::of).limit();
        return call.read(tx -> Answer.of(
                200,
                JsonWriter.object(json -> json.objects("data", reconciler.latest(tx, limit), Render::reconciliation))));
    }

    private record Since(@Nullable Instant moment) {}

    private Answer reconcile(Call call) {
        Since since = call.body(body -> new Since(body.optional("since", TIME)));
        List<UUID> begun = reconciler.begin(since.moment);
        return call.write(tx -> Answer.of(
                202,
                JsonWriter.object(json -> json.objects(
                        "data",
                        begun.stream()
                                .flatMap(id -> reconciler.find(tx, id).stream())
                                .toList(),
                        Render::reconciliation))));
    }

    private Answer showReconciliation(Call call) {
        UUID id = call.path(path -> path.required("id", ID));
        return call.read(tx -> reconciler
                .find(tx, id)
                .map(report -> Answers.ok(report, Render::reconciliation))
                .orElseThrow(Answers::notFound));
    }
}
