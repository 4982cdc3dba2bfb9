package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Parallel;
import holdfast.api.TestClient.Reply;
import holdfast.audit.Audit;
import holdfast.audit.Finding;
import holdfast.inventory.HoldPolicy;
import holdfast.inventory.RedisReservations;
import holdfast.inventory.SourcingPolicy;
import holdfast.inventory.TestRedis;
import holdfast.inventory.TestRedis.Accident;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A shop that promises stock in Redis, while that is lost.
class RedisInMidSaleTest {

    /// Who come at the same time; two of three buy.
    private static final int CROWD = 40;

    private static final int UNITS = 60;

    /// After so many answers of one crowd it happens.
    private static final int HAPPENS_AFTER = 20;

    private TestRedis redis;
    private RedisReservations reservations;
    private TestShop shop;

    @BeforeEach
    void open() {
        redis = TestRedis.start();
        reservations = RedisReservations.connect(redis.url(), HoldPolicy.DEFAULT, SourcingPolicy.FEWEST_PARCELS);
        shop = new TestShop(reservations);
        shop.admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB"}""");
        shop.admin().put("/v1/shipping-rates/free", """
                {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                 "basis": "total"}""");
        shop.admin().put("/v1/products/FLASH", """
                {"title": "Wanted by many", "price": {"amount": 1200, "currency": "GBP"}}""");
        shop.admin().keyed().post("/v1/stock/FLASH/adjustments", """
                {"warehouse": "LON", "delta": %d, "reason": "opening stock"}""".formatted(UNITS));
    }

    @AfterEach
    void close() {
        shop.close();
        reservations.close();
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    void every_unit_is_sold_once_when_redis_is(Accident accident) throws Exception {
        List<String> heard = new ArrayList<>(shopWhile(accident::begin));
        heard.addAll(shopWhile(_ -> {}));
        if (accident == Accident.KILLED || accident == Accident.FROZEN)
            assertThat(reservations.isOut()).isTrue();
        heard.addAll(shopWhile(accident::end));
        assertThat(heard).contains("completed").containsOnly("completed", "canceled", "out_of_stock");

        long sold = heard.stream().filter("completed"::equals).count();
        while (buy(open("FLASH")).equals("completed")) sold++;
        assertThat(sold).isEqualTo(UNITS);
        assertThat(orders()).isEqualTo(UNITS);
        assertThat(shop.admin().get("/v1/stock/FLASH").text("/available")).isEqualTo("0");
        assertThat(new Audit(null).findings(shop.database())).allMatch(Finding::holds);
    }

    /// What a crowd hears, in the midst of which this happens to Redis.
    private List<String> shopWhile(Consumer<TestRedis> happens) throws Exception {
        var answers = new AtomicInteger();
        List<Callable<String>> shoppers = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            boolean onlyLooks = i % 3 == 0;
            shoppers.add(() -> {
                Reply opened = open("FLASH");
                if (answers.incrementAndGet() == HAPPENS_AFTER) happens.accept(redis);
                return onlyLooks ? leave(opened) : buy(opened);
            });
        }
        return Parallel.all(shoppers);
    }

    private Reply open(String sku) {
        return shop.browser().post("/v1/checkouts", """
                {"line_items": [{"sku": "%s", "quantity": 1}], "currency": "GBP", "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane",
                  "city": "Leeds", "country": "GB"}}""".formatted(sku));
    }

    private String buy(Reply opened) {
        if (opened.status() != 201) return opened.text("/code");
        Reply reply = shop.guest(opened.text("/client_secret"))
                .keyed()
                .post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                {"payment": {"token": "pm_card_visa"}, "expected_total": {"amount": 1200, "currency": "GBP"}}""");
        return reply.status() == 200 ? reply.text("/status") : reply.text("/code");
    }

    private String leave(Reply opened) {
        if (opened.status() != 201) return opened.text("/code");
        Reply reply =
                shop.guest(opened.text("/client_secret")).post("/v1/checkouts/" + opened.text("/id") + "/cancel", "");
        return reply.status() == 200 ? reply.text("/status") : reply.text("/code");
    }

    private long orders() {
        return shop.database()
                .inTransaction(tx -> tx.query("select count(*) from orders")
                        .mapTo(Long.class)
                        .one());
    }
}
