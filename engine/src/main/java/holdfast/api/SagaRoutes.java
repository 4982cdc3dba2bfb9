package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Route.get;
import static holdfast.api.Route.post;
import static holdfast.api.Shapes.TRUTH_TEXT;
import static holdfast.api.Shapes.text;

import holdfast.access.Deed;
import holdfast.api.Route.Takes;
import holdfast.checkout.Saga;
import holdfast.checkout.Sagas;
import holdfast.idempotency.Answer;
import holdfast.kernel.PaymentId;
import holdfast.order.Settlement;
import java.util.List;

/// Payments that are under way, and those of them that somebody has to look at.
final class SagaRoutes {

    private static final int NOTE_LENGTH_MAX = 500;

    private final Sagas sagas;
    private final Settlement settlement;

    SagaRoutes(Sagas sagas, Settlement settlement) {
        this.sagas = sagas;
        this.settlement = settlement;
    }

    List<Route> routes() {
        return List.of(
                get("/v1/sagas", ADMIN, this::list).query("stuck", "limit", "cursor"),
                get("/v1/sagas/{id}", ADMIN, this::show),
                post("/v1/sagas/{id}/retry", ADMIN, this::retry)
                        .takes(Takes.NOTHING)
                        .logged(Deed.SAGA_RETRIED, "id"),
                post("/v1/sagas/{id}/resolve", ADMIN, this::resolve).logged(Deed.SAGA_RESOLVED, "id"));
    }

    private Answer list(Call call) {
        record Search(boolean stuck, Paging paging) {}
        var search = call.query(query -> new Search(query.optional("stuck", TRUTH_TEXT, false), Paging.of(query)));
        return call.read(tx -> Answers.page(
                sagas.list(tx, search.stuck, search.paging.limit(), search.paging.cursor()), Render::saga));
    }

    private Answer show(Call call) {
        var id = new PaymentId(call.id());
        return call.read(tx -> answer(sagas.find(tx, id).orElseThrow(Answers::notFound)));
    }

    private Answer retry(Call call) {
        var id = new PaymentId(call.id());
        Answer answer = call.write(tx -> answer(sagas.retry(tx, id)));
        settlement.wake();
        return answer;
    }

    private Answer resolve(Call call) {
        var id = new PaymentId(call.id());
        String note = call.body(body -> body.required("note", text(NOTE_LENGTH_MAX)));
        return call.write(tx -> answer(sagas.resolve(tx, id, note)));
    }

    private static Answer answer(Saga saga) {
        return Answers.ok(saga, Render::saga);
    }
}
