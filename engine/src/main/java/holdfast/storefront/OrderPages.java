package holdfast.storefront;

import holdfast.cart.Cart;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.kernel.OrderId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.order.Order;
import holdfast.order.Orders;
import holdfast.pages.EventStream;
import holdfast.pages.Live;
import holdfast.pages.Parcel;
import holdfast.pages.Visit;
import io.helidon.webserver.http.HttpRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The order, from the moment it stands until it is delivered; the page moves with it.
final class OrderPages {

    private final Door door;
    private final Database database;
    private final Orders orders;
    private final Guests guests;
    private final Live<OrderId, Order> live;

    OrderPages(Door door, Database database, Orders orders, Guests guests, Live<OrderId, Order> live) {
        this.door = door;
        this.database = database;
        this.orders = orders;
        this.guests = guests;
        this.live = live;
    }

    void register(HttpRules rules) {
        door.page(rules, "/orders/{id}", this::show);
        door.page(rules, "/orders/{id}/state", this::state);
        door.withPages(rules, "/live/orders/{id}", this::follow);
    }

    record OrderPage(Chrome chrome, State state) {}

    /// What of an order moves, and what it is about.
    record State(Order order) {

        String id() {
            return order.id().value().toString();
        }

        String headline() {
            return switch (order.status()) {
                case PENDING, PAID -> "Thank you. Your order stands.";
                case PARTIALLY_SHIPPED -> "Part of it is on its way.";
                case SHIPPED -> "It is on its way.";
                case DELIVERED -> "It has arrived.";
                case CANCELED -> "This order was canceled.";
            };
        }

        String money() {
            return switch (order.paymentStatus()) {
                case AUTHORIZED -> "The money is set aside, and taken in a moment.";
                case CAPTURED -> order.totals().total().isZero() ? "There was nothing to pay." : "Paid.";
                case PARTIALLY_REFUNDED -> "Part of the money was given back.";
                case REFUNDED -> "The money was given back.";
                case VOIDED -> "Nothing was charged.";
            };
        }

        /// What has happened, and what is still to come.
        List<Step> steps() {
            var steps = new ArrayList<Step>();
            for (Order.Transition each : order.timeline()) {
                steps.add(new Step(
                        each.status() == Order.Status.CANCELED ? "bad" : "done", name(each.status()), each.at()));
            }
            List<Order.Status> way =
                    List.of(Order.Status.PENDING, Order.Status.PAID, Order.Status.SHIPPED, Order.Status.DELIVERED);
            if (order.status() != Order.Status.CANCELED) {
                way.stream()
                        .filter(status -> status.compareTo(order.status()) > 0)
                        .forEach(status -> steps.add(new Step("ahead", ahead(status), null)));
            }
            return steps;
        }

        private static String name(Order.Status status) {
            return switch (status) {
                case PENDING -> "Order placed";
                case PAID -> "Paid";
                case PARTIALLY_SHIPPED -> "Partly shipped";
                case SHIPPED -> "Shipped";
                case DELIVERED -> "Delivered";
                case CANCELED -> "Canceled";
            };
        }

        private static String ahead(Order.Status status) {
            return switch (status) {
                case PENDING, PAID -> "Payment";
                case PARTIALLY_SHIPPED, SHIPPED -> "Shipping";
                case DELIVERED, CANCELED -> "Delivery";
            };
        }

        /// Where it goes, line by line.
        List<String> shipTo() {
            return Parcel.label(order.shippingAddress());
        }

        /// Pieces of a line that no warehouse has yet.
        long backordered(Order.Line line) {
            return order.allocations().stream()
                    .filter(each -> each.lineNo() == line.lineNo() && each.isBackordered())
                    .mapToLong(Order.Allocation::left)
                    .sum();
        }

        String paidWith() {
            return order.payments().stream()
                    .map(Order.PaidBy::card)
                    .filter(Objects::nonNull)
                    .map(card -> Show.brand(card.brand()) + " ending in " + card.last4())
                    .collect(Collectors.joining(", "));
        }

        static String picture(Order.Line line) {
            return Goods.picture(line.sku());
        }
    }

    /// A step of the way.
    ///
    /// @param tone `done`, `ahead` or `bad`
    /// @param at null: not yet
    record Step(String tone, String name, @Nullable Instant at) {}

    private void show(Visit visit) {
        visit.page("storefront/order", database.read(tx -> {
            Order order = own(tx, visit);
            Optional<Cart> cart = guests.cart(tx, visit);
            return new OrderPage(
                    Chrome.of(visit.head("Order " + order.number()).with("shop.js"), cart), new State(order));
        }));
    }

    private void state(Visit visit) {
        visit.page("storefront/orderstate", database.read(tx -> new State(own(tx, visit))));
    }

    private void follow(Visit visit) {
        Order order = database.read(tx -> own(tx, visit));
        try (EventStream stream = visit.events()) {
            live.follow(
                    stream,
                    List.of(order.id()),
                    (to, change) -> to.send("order", change.now().updatedAt().toString()));
        }
    }

    /// @throws Refusal `not_found`, as if it did not exist
    private Order own(Tx tx, Visit visit) {
        OrderId id = Guests.uuid(visit.path("id")).map(OrderId::new).orElseThrow(OrderPages::notYours);
        boolean theirs = guests.checkouts(visit).stream()
                .anyMatch(own -> orders.belongsTo(tx, id, own.secret().sha256()));
        if (!theirs) throw notYours();
        return orders.find(tx, id).orElseThrow(OrderPages::notYours);
    }

    private static Refusal notYours() {
        return Problem.NOT_FOUND.refuse("There is no such order, or it was placed in another browser.");
    }
}
