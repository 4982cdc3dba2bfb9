package holdfast.console;

import holdfast.access.Deed;
import holdfast.access.Role;
import holdfast.db.Tx;
import holdfast.kernel.Checks;
import holdfast.kernel.Email;
import holdfast.kernel.FulfillmentId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.Page;
import holdfast.kernel.Quantity;
import holdfast.kernel.RefundId;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.order.Order;
import holdfast.order.OrderFilter;
import holdfast.order.Pieces;
import holdfast.pages.Form;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Orders, and what is done about them.
final class OrderScreens {

    private static final String HERE = "/console/orders";
    private static final int ROWS = 25;
    private static final Duration CAPTURE_WAIT_MAX = Duration.ofSeconds(2);
    private static final int TEXT_LENGTH_MAX = 100;
    private static final int REASON_LENGTH_MAX = 500;

    private final Console.Modules modules;

    OrderScreens(Console.Modules modules) {
        this.modules = modules;
    }

    List<Screen> screens() {
        return List.of(
                Screen.page(HERE, Role.VIEWER, this::list),
                Screen.page(HERE + "/{id}", Role.VIEWER, this::show),
                Screen.form(HERE + "/{id}/ship", Role.STAFF, Deed.ORDER_SHIPPED, this::ship),
                Screen.form(HERE + "/{id}/delivered", Role.STAFF, Deed.ORDER_DELIVERED, this::delivered),
                Screen.form(HERE + "/{id}/cancel", Role.STAFF, Deed.ORDER_CANCELED, this::cancel),
                Screen.form(HERE + "/{id}/refund", Role.STAFF, Deed.ORDER_REFUNDED, this::refund));
    }

    /// @param words what was searched for
    /// @param status the code of one; empty: any
    /// @param next the link to the next page; null: this is the last
    record Orders(
            Shell shell,
            String words,
            String status,
            List<String> statuses,
            List<Order> orders,
            boolean isFirst,
            @Nullable String next,
            @Nullable String complaint) {}

    private void list(Desk desk) {
        Form query = desk.visit().query();
        String words = query.text("q");
        String status = query.text("status");
        String cursor = query.textOrNull("cursor");
        List<String> statuses =
                Arrays.stream(Order.Status.values()).map(Order.Status::code).toList();
        Optional<OrderId> one = words.isEmpty() ? Optional.empty() : desk.read(tx -> exactly(words, tx));
        if (one.isPresent()) {
            desk.visit().seeOther(HERE + "/" + one.get());
            return;
        }
        Shell shell = desk.shell("Orders", HERE);
        OrderFilter filter = filter(words, statuses.contains(status) ? status : "");
        if (filter == null) {
            String complaint = "Search for an order number, an e-mail address or a SKU.";
            desk.page("orders", new Orders(shell, words, status, statuses, List.of(), true, null, complaint));
            return;
        }
        Page<Order> page = desk.read(tx -> modules.orders().list(tx, filter, ROWS, cursor));
        String next = page.next() == null
                ? null
                : HERE + "?q=" + encoded(words) + "&status=" + encoded(status) + "&cursor=" + encoded(page.next());
        desk.page("orders", new Orders(shell, words, status, statuses, page.data(), cursor == null, next, null));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// Where the words name one order.
    private Optional<OrderId> exactly(String words, Tx tx) {
        String number = words.startsWith("#") ? words.substring(1) : words;
        if (number.matches("[0-9]{1,15}")) return modules.orders().numbered(tx, Long.parseLong(number));
        if (!words.matches("[0-9a-fA-F-]{36}")) return Optional.empty();
        return modules.orders().find(tx, new OrderId(UUID.fromString(words))).map(Order::id);
    }

    private static @Nullable OrderFilter filter(String words, String status) {
        Order.Status of = status.isEmpty() ? null : Order.Status.of(status);
        if (words.isEmpty()) return new OrderFilter(of, null, null);
        if (Email.isValid(words)) return new OrderFilter(of, Email.of(words), null);
        return Sku.isValid(words) ? new OrderFilter(of, null, Sku.of(words)) : null;
    }

    /// @param refundable what was taken and is neither given back nor about to be
    record Detail(Shell shell, Order order, OrderStory story, Money refundable) {

        /// What is still to be shipped of a line, and in stock.
        long toShip(Order.Line line) {
            return order.allocations().stream()
                    .filter(each -> each.lineNo() == line.lineNo() && !each.isBackordered())
                    .mapToLong(Order.Allocation::left)
                    .sum();
        }

        long toRefund(Order.Line line) {
            return (long) line.quantity().pieces() - line.refunded();
        }

        boolean isShippable() {
            return order.status() != Order.Status.CANCELED
                    && order.lines().stream().anyMatch(line -> toShip(line) > 0);
        }

        boolean isCancelable() {
            return order.status() == Order.Status.PENDING || order.status() == Order.Status.PAID;
        }

        boolean isRefundable() {
            return refundable.minor() > 0;
        }

        boolean isRefundableByLine() {
            return isRefundable() && order.lines().stream().anyMatch(line -> toRefund(line) > 0);
        }

        String action(String what) {
            return HERE + "/" + order.id() + "/" + what;
        }
    }

    private void show(Desk desk) {
        var id = new OrderId(desk.id("id"));
        record Read(Order order, OrderStory story) {}
        Read read = desk.read(tx -> {
            Order order = modules.orders().find(tx, id).orElseThrow(Desk::notFound);
            return new Read(order, OrderStory.read(tx, order.checkout()));
        });
        Shell shell = desk.shell("Order " + read.order.number(), HERE);
        desk.page("order", new Detail(shell, read.order, read.story, refundable(read.order)));
    }

    private static Money refundable(Order order) {
        Money zero = Money.zero(order.totals().total().currency());
        Money captured = order.payments().stream().map(Order.PaidBy::captured).reduce(zero, Money::plus);
        return order.refunds().stream()
                .filter(refund -> !refund.state().equals("failed"))
                .map(Order.Refund::amount)
                .reduce(captured, Money::minus);
    }

    private static String back(OrderId id) {
        return HERE + "/" + id;
    }

    private void ship(Desk desk) {
        var id = new OrderId(desk.id("id"));
        Form form = desk.form();
        desk.act(
                id.toString(),
                back(id),
                () -> modules.settlement()
                        .captureToShip(
                                id, tx -> modules.fulfilling().requireThere(tx, id, pieces(form)), CAPTURE_WAIT_MAX),
                tx -> {
                    Order.Fulfillment parcel = modules.fulfilling()
                            .ship(
                                    tx,
                                    id,
                                    FulfillmentId.next(),
                                    pieces(form),
                                    text(form, "carrier", TEXT_LENGTH_MAX),
                                    text(form, "tracking_number", TEXT_LENGTH_MAX));
                    long shipped = parcel.lines().stream()
                            .mapToLong(Order.Shipped::quantity)
                            .sum();
                    return (shipped == 1 ? "1 piece is" : shipped + " pieces are") + " on the way with "
                            + parcel.carrier() + ".";
                },
                () -> {});
    }

    /// What was typed beside each line.
    private static List<Pieces> pieces(Form form) {
        var pieces = new ArrayList<Pieces>();
        for (String name : form.names()) {
            if (!name.startsWith("line_") || form.text(name).isEmpty()) continue;
            int count = Words.count("pieces", form.text(name), 0, Quantity.PIECES_MAX);
            int line = Words.count("line", name.substring("line_".length()), 1, Integer.MAX_VALUE);
            if (count > 0) pieces.add(new Pieces(line, Quantity.of(count)));
        }
        if (pieces.isEmpty()) throw Refusal.invalid("pieces", "required", "Say how many of at least one line");
        return pieces;
    }

    private static String text(Form form, String name, int lengthMax) {
        String text = form.text(name);
        new Checks().text(name, text, lengthMax).refuse();
        return text;
    }

    private void delivered(Desk desk) {
        var id = new OrderId(desk.id("id"));
        UUID parcel = uuid(desk.form().text("fulfillment_id"));
        desk.act(id.toString(), back(id), tx -> {
            modules.fulfilling().delivered(tx, id, new FulfillmentId(parcel));
            return "The parcel has arrived.";
        });
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw Desk.notFound();
        }
    }

    private void cancel(Desk desk) {
        var id = new OrderId(desk.id("id"));
        String reason = desk.form().textOrNull("reason");
        desk.act(
                id.toString(),
                back(id),
                () -> {
                    if (reason != null) text(desk.form(), "reason", REASON_LENGTH_MAX);
                },
                tx -> {
                    modules.canceling().cancel(tx, id, reason);
                    return "The order is canceled: its stock is free, and its money goes back.";
                },
                modules.settlement()::wake);
    }

    private void refund(Desk desk) {
        var id = new OrderId(desk.id("id"));
        Form form = desk.form();
        desk.act(
                id.toString(),
                back(id),
                () -> text(form, "reason", REASON_LENGTH_MAX),
                tx -> {
                    String reason = form.text("reason");
                    Order.Refund refund;
                    if (form.has("amount")) {
                        Order order = modules.orders().find(tx, id).orElseThrow(Desk::notFound);
                        Money amount = Words.money(
                                "amount",
                                form.text("amount"),
                                order.totals().total().currency());
                        refund = modules.refunding().refund(tx, id, RefundId.next(), amount, reason, desk.cause());
                    } else {
                        refund = modules.refunding()
                                .refund(
                                        tx,
                                        id,
                                        RefundId.next(),
                                        pieces(form),
                                        form.has("restock"),
                                        reason,
                                        desk.cause());
                    }
                    return Words.money(refund.amount()) + " go back to the shopper.";
                },
                modules.settlement()::wake);
    }
}
