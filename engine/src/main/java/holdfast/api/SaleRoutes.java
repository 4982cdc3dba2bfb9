package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Route.delete;
import static holdfast.api.Route.get;
import static holdfast.api.Route.put;

import holdfast.access.Deed;
import holdfast.admission.WaitingRoom;
import holdfast.catalog.Catalog;
import holdfast.idempotency.Answer;
import holdfast.kernel.Page;
import holdfast.kernel.Sku;
import java.time.Instant;
import java.util.List;

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

    private Answer plan(Call call) {
        Sku sku = sku(call);
        Instant startsAt = call.body(body -> body.required("starts_at", Shapes.TIME));
        return call.write(tx -> {
            if (catalog.find(tx, sku).isEmpty()) throw Answers.notFound();
            return Answers.ok(room.plan(tx, sku, startsAt), Render::sale);
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
