package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Route.delete;
import static holdfast.api.Route.get;
import static holdfast.api.Route.put;
import static holdfast.api.Shapes.smallInteger;

import holdfast.access.Deed;
import holdfast.admission.WaitingRoom;
import holdfast.catalog.Catalog;
import holdfast.idempotency.Answer;
import holdfast.kernel.Page;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sales with a queue.
final class SaleRoutes {

    private final WaitingRoom room;
    private final Catalog catalog;

    SaleRoutes(WaitingRoom room, Catalog catalog) {
        this.room = room;
        this.catalog = catalog;
    }

    List<Route> routes() {
        return List.of(
                get("/v1/sales", ADMIN, this::list),
                put("/v1/sales/{sku}", ADMIN, this::plan).logged(Deed.SALE_PLANNED, "sku"),
                delete("/v1/sales/{sku}", ADMIN, this::end).logged(Deed.SALE_ENDED, "sku"));
    }

    private Answer list(Call call) {
        return call.read(tx -> Answers.page(new Page<>(room.sales(tx), null), Render::sale));
    }

    private record Plan(Instant startsAt, @Nullable Integer limit) {}

    private Answer plan(Call call) {
        Sku sku = sku(call);
        Plan plan = call.body(body -> new Plan(
                body.required("starts_at", Shapes.TIME),
                body.optional("limit_per_customer", smallInteger(1, Quantity.PIECES_MAX))));
        return call.write(tx -> {
            if (catalog.find(tx, sku).isEmpty()) throw Answers.notFound();
            return Answers.ok(room.plan(tx, sku, plan.startsAt, plan.limit), Render::sale);
        });
    }

    private Answer end(Call call) {
        Sku sku = sku(call);
        return call.write(tx -> Answers.goneIf(room.end(tx, sku)));
    }

    private static Sku sku(Call call) {
        return call.path(path -> path.required("sku", Shapes.SKU));
    }
}
