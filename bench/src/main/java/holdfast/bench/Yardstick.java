package holdfast.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/// What most shops do: one transaction per order by plain JDBC, on the same PostgreSQL. It inserts an order,
/// its line and its payment, and takes the unit last by a guarded update, so that the hot row is locked as
/// briefly as can be. No idempotency, no events, no history, no HTTP.
final class Yardstick {

    private static final int CLIENTS = 8;

    private static final List<String> SCHEMA = List.of(
            "drop table if exists yard_stock, yard_order, yard_line, yard_payment",
            "create table yard_stock (sku int primary key, available bigint not null check (available >= 0))",
            "create table yard_order (id bigint generated always as identity primary key, email text not null,"
                    + " total bigint not null, placed_at timestamptz not null default now())",
            "create table yard_line (order_id bigint not null references yard_order, sku int not null,"
                    + " quantity int not null, price bigint not null, primary key (order_id, sku))",
            "create table yard_payment (id bigint generated always as identity primary key,"
                    + " order_id bigint not null references yard_order, amount bigint not null, state text not null)");

    private static final String ORDER = "insert into yard_order (email, total) values (?, ?) returning id";
    private static final String LINE = "insert into yard_line (order_id, sku, quantity, price) values (?, ?, 1, ?)";
    private static final String PAYMENT =
            "insert into yard_payment (order_id, amount, state) values (?, ?, 'authorized')";
    private static final String TAKE =
            "update yard_stock set available = available - 1 where sku = ? and available >= 1";
    private static final long PRICE = 1900;

    private final String url;
    private final int skus;

    Yardstick(String url, int skus) {
        this.url = url;
        this.skus = skus;
    }

    /// Orders per second, with eight clients.
    double measure(Duration time) throws SQLException, InterruptedException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : SCHEMA) statement.execute(sql);
            statement.execute(
                    "insert into yard_stock select n, 1000000000 from generate_series(0, " + (skus - 1) + ") n");
        }
        long began = System.nanoTime();
        long end = began + time.toNanos();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            var counts = new ArrayList<Future<Long>>();
            for (int i = 0; i < CLIENTS; i++) {
                Callable<Long> client = () -> order(end);
                counts.add(clients.submit(client));
            }
            long orders = 0;
            for (Future<Long> count : counts) orders += count.get();
            return orders / ((System.nanoTime() - began) / 1e9);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A client of the yardstick has failed", e);
        }
    }

    private long order(long end) throws SQLException {
        long orders = 0;
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            try (PreparedStatement order = connection.prepareStatement(ORDER);
                    PreparedStatement line = connection.prepareStatement(LINE);
                    PreparedStatement payment = connection.prepareStatement(PAYMENT);
                    PreparedStatement take = connection.prepareStatement(TAKE)) {
                while (System.nanoTime() < end) {
                    order(
                            order,
                            line,
                            payment,
                            take,
                            ThreadLocalRandom.current().nextInt(skus));
                    connection.commit();
                    orders++;
                }
            }
        }
        return orders;
    }

    private static void order(
            PreparedStatement order, PreparedStatement line, PreparedStatement payment, PreparedStatement take, int sku)
            throws SQLException {
        order.setString(1, "shopper@example.com");
        order.setLong(2, PRICE);
        long id;
        try (var ids = order.executeQuery()) {
            ids.next();
            id = ids.getLong(1);
        }
        line.setLong(1, id);
        line.setInt(2, sku);
        line.setLong(3, PRICE);
        line.executeUpdate();
        payment.setLong(1, id);
        payment.setLong(2, PRICE);
        payment.executeUpdate();
        take.setInt(1, sku);
        if (take.executeUpdate() != 1) throw new IllegalStateException("The yardstick is sold out");
    }
}
