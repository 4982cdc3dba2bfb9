package holdfast.drill;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.drill.SaleBooks.End;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;

/// One who wants something in a flash sale: waits to be let in, opens a checkout, pays for it, and may come
/// back when there was nothing left.
final class Shopper {

    private static final String TOKEN = "pm_card_visa";
    private static final int PERCENT = 100;
    private static final int COME_BACK_AFTER_MIN_MS = 500;
    private static final int COME_BACK_AFTER_MAX_MS = 1_500;
    private static final Map<String, String> ADDRESS =
            Map.of("name", "A shopper", "line1", "1 Queue Street", "city", "London", "country", "GB");

    private final FlashSalePlan plan;
    private final SaleCounter counter;
    private final SaleBooks books;
    private final int number;
    private final SplittableRandom random;
    private final boolean abandons;

    Shopper(FlashSalePlan plan, SaleCounter counter, SaleBooks books, int number) {
        this.plan = plan;
        this.counter = counter;
        this.books = books;
        this.number = number;
        this.random = new SplittableRandom(plan.seed() * plan.shoppers() + number);
        this.abandons = random.nextInt(PERCENT) < plan.abandonPercent();
    }

    boolean abandons() {
        return abandons;
    }

    /// Shops, until it is over for this shopper.
    void shop(BlockingQueue<Lane> lanes) {
        End end = visit(lanes, 0);
        for (int visit = 1; visit <= plan.comeBack() && mayTryAgain(end) && books.unitsMayReturn(); visit++) {
            ShopClient.pause(Duration.ofMillis(random.nextInt(COME_BACK_AFTER_MIN_MS, COME_BACK_AFTER_MAX_MS)));
            end = visit(lanes, visit);
        }
        books.ended(end);
    }

    private static boolean mayTryAgain(End end) {
        return end == End.REFUSED || end == End.TOO_LATE;
    }

    private End visit(BlockingQueue<Lane> lanes, int visit) {
        Lane lane = taken(lanes);
        books.enters();
        try {
            return visit(lane, visit);
        } finally {
            books.leaves();
            lanes.add(lane);
        }
    }

    private static Lane taken(BlockingQueue<Lane> lanes) {
        try {
            return lanes.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DrillFailed("The drill was stopped", e);
        }
    }

    private End visit(Lane lane, int visit) {
        long begun = System.nanoTime();
        Answer opened = lane.post("open", "/v1/checkouts", key("open", visit), wish());
        books.opening.add(Duration.ofNanos(System.nanoTime() - begun));
        if (!opened.isSuccess()) return refused(opened);
        books.holds();
        if (abandons) {
            books.lost();
            return End.ABANDONED;
        }
        return pay(lane, opened.body(), visit);
    }

    /// A clear no holds nothing.
    private static End refused(Answer opened) {
        if (isRefusal(opened, "out_of_stock")) return End.REFUSED;
        return opened.isRefusal() ? End.TURNED_AWAY : End.FAILED;
    }

    private End pay(Lane lane, JsonNode checkout, int visit) {
        long begun = System.nanoTime();
        Answer answer = lane.post(
                "complete",
                "/v1/checkouts/" + checkout.path("id").asText() + "/complete",
                key("complete", visit),
                Map.of(
                        "payment",
                        Map.of("token", TOKEN),
                        "expected_total",
                        checkout.path("totals").path("total")));
        books.completing.add(Duration.ofNanos(System.nanoTime() - begun));
        if (answer.status() == 200 && answer.body().path("status").asText().equals("completed")) {
            books.bought(answer.body().path("order").path("id").asText());
            return End.BOUGHT;
        }
        books.lost();
        return isRefusal(answer, "hold_expired") || isRefusal(answer, "out_of_stock") ? End.TOO_LATE : End.FAILED;
    }

    private Map<String, Object> wish() {
        return Map.of(
                "line_items",
                List.of(Map.of("sku", plan.sku().code(), "quantity", plan.quantity())),
                "currency",
                counter.currency(),
                "email",
                "shopper-" + number + "@" + counter.domain(),
                "shipping_address",
                ADDRESS,
                "shipping_option",
                SaleCounter.SHIPPING_OPTION);
    }

    private static boolean isRefusal(Answer answer, String code) {
        return answer.status() == 409 && answer.body().path("code").asText().equals(code);
    }

    private String key(String step, int visit) {
        return counter.run() + "-" + number + "-" + visit + "-" + step;
    }
}
