package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Permission.OWNER;
import static holdfast.api.Route.get;
import static holdfast.api.Route.post;
import static holdfast.api.Shapes.EMAIL;
import static holdfast.api.Shapes.ID;
import static holdfast.api.Shapes.POSITIVE_MONEY;
import static holdfast.api.Shapes.QUANTITY;
import static holdfast.api.Shapes.SKU;
import static holdfast.api.Shapes.TRUTH;
import static holdfast.api.Shapes.list;
import static holdfast.api.Shapes.oneOf;
import static holdfast.api.Shapes.smallInteger;
import static holdfast.api.Shapes.text;

import holdfast.access.Deed;
import holdfast.api.Route.Takes;
import holdfast.catalog.Quotes;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.KeyUse;
import holdfast.kernel.FulfillmentId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.RefundId;
import holdfast.order.Canceling;
import holdfast.order.Fulfilling;
import holdfast.order.Order;
import holdfast.order.OrderFilter;
import holdfast.order.Orders;
import holdfast.order.Pieces;
import holdfast.order.Refunding;
import holdfast.order.Settlement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Orders, and what is done about them.
final class OrderRoutes {

    /// How long a fulfillment waits for a capture that is under way.
    private static final Duration CAPTURE_WAIT_MAX = Duration.ofSeconds(2);

    private static final int REASON_LENGTH_MAX = 500;
    private static final int CARRIER_LENGTH_MAX = 100;
    private static final int TRACKING_NUMBER_LENGTH_MAX = 100;

    private static final Shape<Order.Status> STATUS = oneOf(List.of(Order.Status.values()), Order.Status::code);

    private static final Shape<List<Pieces>> PIECES = Shapes.distinct(
            list(
                    1,
                    Quotes.LINES_MAX,
                    Fields.object(pieces -> new Pieces(
                            pieces.required("line", smallInteger(1, Quotes.LINES_MAX)),
                            pieces.required("quantity", QUANTITY)))),
            "line",
            Pieces::lineNo);

    private final Orders orders;
    private final Fulfilling fulfilling;
    private final Canceling canceling;
    private final Refunding refunding;
    private final Settlement settlement;

    OrderRoutes(Orders orders, Fulfilling fulfilling, Canceling canceling, Refunding refunding, Settlement settlement) {
        this.orders = orders;
        this.fulfilling = fulfilling;
        this.canceling = canceling;
        this.refunding = refunding;
        this.settlement = settlement;
    }

    List<Route> routes() {
        return List.of(
                get("/v1/orders", ADMIN, this::search).query("status", "email", "sku", "limit", "cursor"),
                get("/v1/orders/{id}", OWNER, this::show),
                post("/v1/orders/{id}/cancel", OWNER, this::cancel)
                        .key(KeyRule.REQUIRED_FOR_MONEY)
                        .logged(Deed.ORDER_CANCELED, "id"),
                post("/v1/orders/{id}/fulfillments", ADMIN, this::fulfill)
                        .key(KeyRule.REQUIRED)
                        .logged(Deed.ORDER_SHIPPED, "id"),
                post("/v1/orders/{id}/fulfillments/{fulfillment_id}/delivered", ADMIN, this::delivered)
                        .takes(Takes.NOTHING)
                        .logged(Deed.ORDER_DELIVERED, "id"),
                post("/v1/orders/{id}/refunds", ADMIN, this::refund)
                        .key(KeyRule.REQUIRED_FOR_MONEY)
                        .logged(Deed.ORDER_REFUNDED, "id"));
    }

    private Answer search(Call call) {
        record Search(OrderFilter filter, Paging paging) {}
        var search = call.query(query -> new Search(
                new OrderFilter(
                        query.optional("status", STATUS), query.optional("email", EMAIL), query.optional("sku", SKU)),
                Paging.of(query)));
        return call.read(tx -> Answers.page(
                orders.list(tx, search.filter, search.paging.limit(), search.paging.cursor()), Render::orderSummary));
    }

    private Answer show(Call call) {
        OrderId id = owned(call);
        return call.read(tx -> answer(find(tx, id)));
    }

    private Answer cancel(Call call) {
        record Cancellation(@Nullable String reason) {}
        var cancellation = call.body(body -> new Cancellation(body.optional("reason", text(REASON_LENGTH_MAX))));
        OrderId id = owned(call);
        Answer answer = call.write(tx -> answer(canceling.cancel(tx, id, cancellation.reason)));
        settlement.wake();
        return answer;
    }

    private Answer fulfill(Call call) {
        record Parcel(@Nullable List<Pieces> pieces, String carrier, String trackingNumber) {}
        var id = new OrderId(call.id());
        var parcel = call.body(body -> new Parcel(
                body.optional("lines", PIECES),
                body.required("carrier", text(CARRIER_LENGTH_MAX)),
                body.required("tracking_number", text(TRACKING_NUMBER_LENGTH_MAX))));
        settlement.captureToShip(id, tx -> fulfilling.requireThere(tx, id, parcel.pieces), CAPTURE_WAIT_MAX);
        return call.write(tx -> {
            var fulfillment =
                    fulfilling.ship(tx, id, FulfillmentId.next(), parcel.pieces, parcel.carrier, parcel.trackingNumber);
            return Answers.created(fulfillment, find(tx, id));
        });
    }

    private Answer delivered(Call call) {
        record Parcel(OrderId order, FulfillmentId id) {}
        var parcel = call.path(path -> new Parcel(
                new OrderId(path.required("id", ID)), new FulfillmentId(path.required("fulfillment_id", ID))));
        return call.write(tx -> {
            var fulfillment = fulfilling.delivered(tx, parcel.order, parcel.id);
            return Answers.ok(fulfillment, find(tx, parcel.order));
        });
    }

    private Answer refund(Call call) {
        var id = new OrderId(call.id());
        var wish = call.body(Wish::new);
        KeyUse use = call.requiredKeyUse();
        Answer answer = call.write(tx -> Answers.created(refund(tx, id, wish, use.scope() + " " + use.key()), id));
        settlement.wake();
        return answer;
    }

    private Order.Refund refund(Tx tx, OrderId id, Wish wish, String cause) {
        return wish.amount != null
                ? refunding.refund(tx, id, RefundId.next(), wish.amount, wish.reason, cause)
                : refunding.refund(tx, id, RefundId.next(), wish.pieces, wish.restock, wish.reason, cause);
    }

    private record Wish(@Nullable Money amount, List<Pieces> pieces, boolean restock, String reason) {

        Wish(Fields body) {
            this(
                    body.optional("amount", POSITIVE_MONEY),
                    body.optional("lines", PIECES, List.of()),
                    body.optional("restock", TRUTH, false),
                    body.required("reason", text(REASON_LENGTH_MAX)));
            body.exactlyOne("amount", "lines");
            if (amount != null && restock) {
                body.refuse("restock", "exclusive", "Nothing comes back with an amount alone");
            }
        }
    }

    private OrderId owned(Call call) {
        var id = new OrderId(call.id());
        call.demandOwner((tx, secret) -> orders.belongsTo(tx, id, secret));
        return id;
    }

    private Order find(Tx tx, OrderId id) {
        return orders.find(tx, id).orElseThrow(Answers::notFound);
    }

    private static Answer answer(Order order) {
        return Answers.ok(order, Render::order);
    }
}
