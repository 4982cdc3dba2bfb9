package holdfast.order;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.FulfillmentId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.Page;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Quantity;
import holdfast.kernel.RefundId;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import holdfast.payment.Card;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;

/// Reads orders, whole: always with the same nine statements, be it one order or a page of them.
public final class Orders {

    private static final String ORDERS = """
            select id, number, status, payment_status, checkout_id, email, shipping_address::text as shipping_address,
                   shipping_option, shipping_title, discount_codes, currency, subtotal, discount, shipping, tax, total,
                   placed_at, updated_at
              from orders
             where id = any (:orders)
             order by id desc
            """;

    private static final String LINES = """
            select l.order_id, l.line_no, l.sku, l.title, l.quantity, l.unit_price, l.total, l.discount, l.tax,
                   l.refunded, o.currency
              from order_line l
              join orders o on o.id = l.order_id
             where l.order_id = any (:orders)
             order by l.order_id, l.line_no
            """;

    private static final String ALLOCATIONS = """
            select a.order_id, a.line_no, l.sku, a.warehouse, a.quantity, a.shipped, a.canceled
              from allocation a
              join order_line l using (order_id, line_no)
             where a.order_id = any (:orders)
             order by a.order_id, a.line_no, a.warehouse
            """;

    private static final String PAYMENTS = """
            select o.id as order_id, p.id, p.gateway, p.gateway_ref, p.state, p.amount, p.currency, p.captured,
                   p.refunded, p.card_brand, p.card_last4
              from orders o
              join payment p on p.id = o.payment_id
             where o.id = any (:orders)
            """;

    private static final String FULFILLMENTS = """
            select order_id, id, carrier, tracking_number, shipped_at, delivered_at
              from fulfillment
             where order_id = any (:orders)
             order by order_id, id
            """;

    private static final String SHIPPED = """
            select f.order_id, s.fulfillment_id, s.line_no, l.sku, s.warehouse, s.quantity
              from fulfillment f
              join fulfillment_line s on s.fulfillment_id = f.id
              join order_line l on l.order_id = f.order_id and l.line_no = s.line_no
             where f.order_id = any (:orders)
             order by s.fulfillment_id, s.line_no, s.warehouse
            """;

    private static final String REFUNDS = """
            select order_id, id, state, amount, currency, restock, reason, created_at
              from refund
             where order_id = any (:orders)
             order by order_id, id
            """;

    private static final String REFUNDED = """
            select r.order_id, s.refund_id, s.line_no, l.sku, s.quantity
              from refund r
              join refund_line s on s.refund_id = r.id
              join order_line l on l.order_id = r.order_id and l.line_no = s.line_no
             where r.order_id = any (:orders)
             order by s.refund_id, s.line_no
            """;

    private static final String TIMELINE = """
            select id as order_id, 1 as seq, 'pending' as status, placed_at as at
              from orders
             where id = any (:orders)
             union all
            select order_id, seq, status, at
              from order_transition
             where order_id = any (:orders)
             order by order_id, seq
            """;

    private static final String BELONGS_TO =
            "select exists (select from orders where id = :order and secret_sha256 = :secret)";

    public Optional<Order> find(Tx tx, OrderId id) {
        return find(tx, List.of(id)).stream().findFirst();
    }

    /// The order with this number.
    public Optional<OrderId> numbered(Tx tx, long number) {
        return tx.query("select id from orders where number = :number")
                .bind("number", number)
                .mapTo(UUID.class)
                .findOne()
                .map(OrderId::new);
    }

    /// Those of the orders that exist, the newest first.
    public List<Order> find(Tx tx, Collection<OrderId> ids) {
        return ids.isEmpty()
                ? List.of()
                : read(tx, ids.stream().map(OrderId::value).toList());
    }

    /// The orders that pass `filter`, the newest first.
    ///
    /// @param after the cursor of the page before; null for the first page
    public Page<Order> list(Tx tx, OrderFilter filter, int limit, @Nullable String after) {
        List<UUID> ids = select(tx, filter, limit + 1, after == null ? null : cursor(after));
        Page<UUID> page = Page.of(ids, limit, UUID::toString);
        return new Page<>(page.data().isEmpty() ? List.of() : read(tx, page.data()), page.next());
    }

    /// Whether the secret with this SHA-256 gives access to the order.
    public boolean belongsTo(Tx tx, OrderId id, byte[] secretSha256) {
        return tx.query(BELONGS_TO)
                .bind("order", id.value())
                .bind("secret", secretSha256)
                .mapTo(Boolean.class)
                .one();
    }

    private static UUID cursor(String cursor) {
        try {
            return UUID.fromString(cursor);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("cursor", "malformed", "Not a cursor of this list");
        }
    }

    // Only the conditions that are asked for: a plan for "any of these, perhaps" serves none of them well.
    private static List<UUID> select(Tx tx, OrderFilter filter, int limit, @Nullable UUID after) {
        var conditions = new ArrayList<String>();
        if (filter.status() != null) conditions.add(is(filter.status()));
        if (filter.email() != null) conditions.add("lower(email) = :customer");
        if (filter.sku() != null) conditions.add("id in (select order_id from order_line where sku = :sku)");
        if (after != null) conditions.add("id < :after");
        String where = conditions.isEmpty() ? "" : "where " + String.join(" and ", conditions);
        var query = tx.query("select id from orders " + where + " order by id desc limit :limit")
                .bind("limit", limit);
        if (filter.email() != null) query.bind("customer", filter.email().customer());
        if (filter.sku() != null) query.bind("sku", filter.sku().code());
        if (after != null) query.bind("after", after);
        return query.mapTo(UUID.class).list();
    }

    // What is not among the newest is found by where it got; the index is a partial one, so no parameters.
    private static String is(Order.Status status) {
        String condition = "status = '" + status.code() + "'";
        return switch (status) {
            case PENDING, PAID -> condition;
            case PARTIALLY_SHIPPED, SHIPPED, DELIVERED, CANCELED ->
                condition + " and id in (select order_id from order_transition where " + condition + ")";
        };
    }

    private static List<Order> read(Tx tx, List<UUID> ids) {
        Argument orders = tx.uuids(ids);
        var lines = parts(tx, LINES, orders, "order_id", Orders::line);
        var allocations = parts(tx, ALLOCATIONS, orders, "order_id", Orders::allocation);
        var payments = parts(tx, PAYMENTS, orders, "order_id", Orders::paidBy);
        var shipped = parts(tx, SHIPPED, orders, "fulfillment_id", Orders::shipped);
        var fulfillments = parts(tx, FULFILLMENTS, orders, "order_id", row -> fulfillment(row, shipped));
        var refunded = parts(tx, REFUNDED, orders, "refund_id", Orders::refunded);
        var refunds = parts(tx, REFUNDS, orders, "order_id", row -> refund(row, refunded));
        var timelines = parts(tx, TIMELINE, orders, "order_id", Orders::transition);
        return tx.query(ORDERS)
                .bind("orders", orders)
                .map((row, _) -> {
                    UUID id = uuid(row, "id");
                    return new Order(
                            new OrderId(id),
                            row.getLong("number"),
                            Order.Status.of(row.getString("status")),
                            Order.PaymentStatus.of(row.getString("payment_status")),
                            new CheckoutId(uuid(row, "checkout_id")),
                            Email.of(row.getString("email")),
                            StoredAddress.read(row.getString("shipping_address")),
                            row.getString("shipping_option"),
                            row.getString("shipping_title"),
                            texts(row, "discount_codes"),
                            of(id, lines),
                            new Order.Totals(
                                    money(row, "subtotal"),
                                    money(row, "discount"),
                                    money(row, "shipping"),
                                    money(row, "tax"),
                                    money(row, "total")),
                            of(id, allocations),
                            of(id, payments),
                            of(id, fulfillments),
                            of(id, refunds),
                            of(id, timelines),
                            instant(row, "placed_at"),
                            instant(row, "updated_at"));
                })
                .list();
    }

    /// A mapper of rows, as JDBC has them.
    private interface Part<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static <T> Map<UUID, List<T>> parts(Tx tx, String sql, Argument orders, String whole, Part<T> part) {
        return tx
                .query(sql)
                .bind("orders", orders)
                .map((row, _) -> Map.entry(uuid(row, whole), part.read(row)))
                .stream()
                .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
    }

    private static <T> List<T> of(UUID whole, Map<UUID, List<T>> parts) {
        return parts.getOrDefault(whole, List.of());
    }

    private static Order.Line line(ResultSet row) throws SQLException {
        return new Order.Line(
                row.getInt("line_no"),
                Sku.of(row.getString("sku")),
                row.getString("title"),
                Quantity.of(row.getInt("quantity")),
                money(row, "unit_price"),
                money(row, "total"),
                money(row, "discount"),
                money(row, "tax"),
                row.getInt("refunded"));
    }

    private static Order.Allocation allocation(ResultSet row) throws SQLException {
        return new Order.Allocation(
                row.getInt("line_no"),
                Sku.of(row.getString("sku")),
                WarehouseCode.of(row.getString("warehouse")),
                row.getLong("quantity"),
                row.getLong("shipped"),
                row.getLong("canceled"));
    }

    private static Order.PaidBy paidBy(ResultSet row) throws SQLException {
        String brand = row.getString("card_brand");
        String last4 = row.getString("card_last4");
        return new Order.PaidBy(
                new PaymentId(uuid(row, "id")),
                row.getString("gateway"),
                row.getString("gateway_ref"),
                row.getString("state"),
                money(row, "amount"),
                money(row, "captured"),
                money(row, "refunded"),
                brand == null || last4 == null ? null : new Card(brand, last4));
    }

    private static Order.Fulfillment fulfillment(ResultSet row, Map<UUID, List<Order.Shipped>> shipped)
            throws SQLException {
        UUID id = uuid(row, "id");
        Timestamp delivered = row.getTimestamp("delivered_at");
        return new Order.Fulfillment(
                new FulfillmentId(id),
                row.getString("carrier"),
                row.getString("tracking_number"),
                of(id, shipped),
                instant(row, "shipped_at"),
                delivered == null ? null : delivered.toInstant());
    }

    private static Order.Shipped shipped(ResultSet row) throws SQLException {
        return new Order.Shipped(
                row.getInt("line_no"),
                Sku.of(row.getString("sku")),
                WarehouseCode.of(row.getString("warehouse")),
                row.getLong("quantity"));
    }

    private static Order.Refund refund(ResultSet row, Map<UUID, List<Order.Refunded>> refunded) throws SQLException {
        UUID id = uuid(row, "id");
        return new Order.Refund(
                new RefundId(id),
                row.getString("state"),
                money(row, "amount"),
                row.getBoolean("restock"),
                row.getString("reason"),
                of(id, refunded),
                instant(row, "created_at"));
    }

    private static Order.Refunded refunded(ResultSet row) throws SQLException {
        return new Order.Refunded(row.getInt("line_no"), Sku.of(row.getString("sku")), row.getInt("quantity"));
    }

    private static Order.Transition transition(ResultSet row) throws SQLException {
        return new Order.Transition(Order.Status.of(row.getString("status")), instant(row, "at"));
    }

    private static Money money(ResultSet row, String column) throws SQLException {
        return Money.of(row.getLong(column), Currency.getInstance(row.getString("currency")));
    }

    private static UUID uuid(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
