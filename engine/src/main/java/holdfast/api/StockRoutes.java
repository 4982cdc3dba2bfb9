package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Route.get;
import static holdfast.api.Route.post;
import static holdfast.api.Route.put;
import static holdfast.api.Shapes.COUNTRY;
import static holdfast.api.Shapes.QUANTITY;
import static holdfast.api.Shapes.SKU;
import static holdfast.api.Shapes.TRUTH;
import static holdfast.api.Shapes.WAREHOUSE;
import static holdfast.api.Shapes.formatted;
import static holdfast.api.Shapes.integer;
import static holdfast.api.Shapes.list;
import static holdfast.api.Shapes.oneOf;
import static holdfast.api.Shapes.smallInteger;
import static holdfast.api.Shapes.text;

import holdfast.access.Deed;
import holdfast.idempotency.Answer;
import holdfast.idempotency.KeyUse;
import holdfast.inventory.Change;
import holdfast.inventory.Movement;
import holdfast.inventory.ServiceArea;
import holdfast.inventory.StockRoom;
import holdfast.inventory.Warehouse;
import holdfast.inventory.Warehouses;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Warehouses, what is in them, and who holds it.
final class StockRoutes {

    private static final int PRIORITY_DEFAULT = 100;
    private static final String TRANSFER_REASON_DEFAULT = "Transfer";

    private static final Shape<Movement.Kind> KIND =
            oneOf(List.of(Movement.Kind.ADJUST, Movement.Kind.RECEIVE), Movement.Kind::code);

    private static final Shape<String> POSTAL_PREFIX =
            formatted("-", ServiceArea::isPostalPrefix, prefix -> prefix, "Must be 1 to 16 of A-Z 0-9");

    private static final Shape<List<ServiceArea>> AREAS = list(
            0,
            Warehouse.AREAS_MAX,
            Fields.object(area -> new ServiceArea(
                    area.required("country", COUNTRY),
                    area.optional("postal_prefix", POSTAL_PREFIX),
                    area.required("rank", smallInteger(0, ServiceArea.RANK_MAX)))));

    private final Warehouses warehouses;
    private final StockRoom stockRoom;

    StockRoutes(Warehouses warehouses, StockRoom stockRoom) {
        this.warehouses = warehouses;
        this.stockRoom = stockRoom;
    }

    List<Route> routes() {
        return List.of(
                get("/v1/warehouses", ADMIN, this::listWarehouses).query("limit", "cursor"),
                get("/v1/warehouses/{code}", ADMIN, this::showWarehouse),
                put("/v1/warehouses/{code}", ADMIN, this::putWarehouse).logged(Deed.WAREHOUSE_PUT, "code"),
                get("/v1/stock/{sku}", ADMIN, this::showStock),
                post("/v1/stock/{sku}/adjustments", ADMIN, this::adjust)
                        .key(KeyRule.REQUIRED)
                        .logged(Deed.STOCK_ADJUSTED, "sku"),
                post("/v1/stock/transfers", ADMIN, this::transfer)
                        .key(KeyRule.REQUIRED)
                        .logged(Deed.STOCK_TRANSFERRED),
                get("/v1/holds", ADMIN, this::listHolds).query("sku", "limit", "cursor"));
    }

    private Answer listWarehouses(Call call) {
        Paging paging = call.paging();
        return call.read(tx -> Answers.page(warehouses.list(tx, paging.limit(), paging.cursor()), Render::warehouse));
    }

    private Answer showWarehouse(Call call) {
        WarehouseCode code = call.path(path -> path.required("code", WAREHOUSE));
        return call.read(
                tx -> warehouses.find(tx, code).map(StockRoutes::answer).orElseThrow(Answers::notFound));
    }

    private Answer putWarehouse(Call call) {
        WarehouseCode code = call.path(path -> path.required("code", WAREHOUSE));
        var warehouse = call.body(body -> new Warehouse(
                code,
                body.required("title", text(Warehouse.TITLE_LENGTH_MAX)),
                body.required("country", COUNTRY),
                body.optional("priority", smallInteger(0, Warehouse.PRIORITY_MAX), PRIORITY_DEFAULT),
                body.optional("active", TRUTH, true),
                body.optional("serves", AREAS, List.of())));
        return call.write(tx -> answer(warehouses.put(tx, warehouse)));
    }

    private Answer showStock(Call call) {
        Sku sku = call.path(path -> path.required("sku", SKU));
        return call.read(tx -> Answers.ok(stockRoom.stock(tx, sku), Render::stock));
    }

    private Answer adjust(Call call) {
        Sku sku = call.path(path -> path.required("sku", SKU));
        var adjustment = call.body(Adjustment::new);
        KeyUse use = call.requiredKeyUse();
        return call.writeAs(
                adjustment.deed(),
                tx -> Answers.created(
                        stockRoom.adjust(
                                tx,
                                sku,
                                adjustment.warehouse,
                                adjustment.change,
                                adjustment.reason,
                                use.scope() + " " + use.key()),
                        Render::movement));
    }

    private record Adjustment(WarehouseCode warehouse, Change change, String reason) {

        Adjustment(Fields body) {
            this(
                    body.required("warehouse", WAREHOUSE),
                    change(body),
                    body.required("reason", text(StockRoom.REASON_LENGTH_MAX)));
        }

        private static Change change(Fields body) {
            Long delta = body.optional("delta", integer(-StockRoom.ON_HAND_MAX, StockRoom.ON_HAND_MAX));
            Long onHand = body.optional("on_hand", integer(0, StockRoom.ON_HAND_MAX));
            boolean arrived = body.optional("kind", KIND, Movement.Kind.ADJUST) == Movement.Kind.RECEIVE;
            body.exactlyOne("delta", "on_hand");
            if (onHand != null) {
                body.exclude("kind", "on_hand");
                return new Change.To(onHand);
            }
            long pieces = delta == null ? 1 : delta;
            if (pieces == 0) body.refuse("delta", "out_of_range", "Must not be 0");
            if (arrived && pieces < 0) body.refuse("delta", "out_of_range", "Must be above 0 for what has arrived");
            return arrived ? new Change.Received(pieces) : new Change.By(pieces);
        }

        Deed deed() {
            return change instanceof Change.Received ? Deed.STOCK_RECEIVED : Deed.STOCK_ADJUSTED;
        }
    }

    private Answer transfer(Call call) {
        var wish = call.body(Wish::new);
        KeyUse use = call.requiredKeyUse();
        return call.writeTo(
                wish.sku.code(),
                tx -> Answers.created(
                        stockRoom.transfer(
                                tx,
                                wish.sku,
                                wish.from,
                                wish.to,
                                wish.quantity,
                                wish.reason,
                                use.scope() + " " + use.key()),
                        Render::transfer));
    }

    private record Wish(Sku sku, WarehouseCode from, WarehouseCode to, Quantity quantity, String reason) {

        Wish(Fields body) {
            this(
                    body.required("sku", SKU),
                    body.required("from", WAREHOUSE),
                    body.required("to", WAREHOUSE),
                    body.required("quantity", QUANTITY),
                    body.optional("reason", text(StockRoom.REASON_LENGTH_MAX), TRANSFER_REASON_DEFAULT));
        }
    }

    private Answer listHolds(Call call) {
        record Search(@Nullable Sku sku, Paging paging) {}
        var search = call.query(query -> new Search(query.optional("sku", SKU), Paging.of(query)));
        return call.read(tx -> Answers.page(
                stockRoom.holds(tx, search.sku, search.paging.limit(), search.paging.cursor()), Render::held));
    }

    private static Answer answer(Warehouse warehouse) {
        return Answers.ok(warehouse, Render::warehouse);
    }
}
