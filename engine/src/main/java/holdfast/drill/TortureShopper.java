package holdfast.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One who comes into a shop that is tortured, and does what shoppers do: pays, clicks twice, opens a second
/// tab, goes away, comes with a bad card, meets a challenge or not, changes their mind. What each does is
/// decided by the seed.
final class TortureShopper {

    private static final String GOOD = "pm_card_visa";
    private static final String BAD = "pm_card_chargeDeclined";
    private static final String POOR = "pm_card_chargeDeclinedInsufficientFunds";
    private static final String CHALLENGED = "pm_card_threeDSecureRequired";
    private static final String UNHEARD = "pm_card_answerLostAfterCharge";
    private static final long SPREAD = 0x9E3779B97F4A7C15L; // so that neighbors differ
    private static final int CLICKS_MANY = 16;
    private static final int CHALLENGES_MAX = 40;
    private static final int REFUND_MINOR = 100;
    private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(5);
    private static final Map<String, String> ADDRESS =
            Map.of("name", "A shopper", "line1", "1 Rack Lane", "city", "London", "country", "GB");

    /// What somebody came for, and how likely that is.
    enum Intent {
        BUY(20),
        CLICK_TWICE(12),
        CLICK_SIXTEEN_TIMES(4),
        OPEN_TWO_TABS(8),
        LOSE_THE_ANSWER(8),
        BE_DECLINED(8),
        MEET_A_CHALLENGE(8),
        FAIL_A_CHALLENGE(3),
        LEAVE_A_CHALLENGE(3),
        GO_AWAY(8),
        CANCEL_THE_CHECKOUT(6),
        CANCEL_THE_ORDER(7),
        WANT_SOMETHING_BACK(5);

        private final int weight;

        Intent(int weight) {
            this.weight = weight;
        }

        static Intent of(SplittableRandom random) {
            int all = 0;
            for (Intent intent : values()) all += intent.weight;
            int at = random.nextInt(all);
            for (Intent intent : values()) {
                at -= intent.weight;
                if (at < 0) return intent;
            }
            throw new IllegalStateException("The weights add up");
        }
    }

    private final TortureShop shop;
    private final TortureBooks books;
    private final HttpClient pages;
    private final String name;
    private final SplittableRandom random;
    private final Intent intent;

    /// @param pages reads the pages of the payment provider
    /// @param number of the visitor, and their seed
    TortureShopper(TortureShop shop, TortureBooks books, HttpClient pages, long seed, int number) {
        this.shop = shop;
        this.books = books;
        this.pages = pages;
        this.name = shop.run() + "-" + number;
        this.random = new SplittableRandom(seed ^ SPREAD * (number + 1));
        this.intent = Intent.of(random);
    }

    /// Does what this one came for.
    void shop() {
        try (Lane lane = lane()) {
            Answer opened = asked(lane, "open", "/v1/checkouts", name + "-open", wish(1 + random.nextInt(2)));
            if (!opened.isSuccess()) return;
            JsonNode checkout = opened.body();
            books.opened(checkout.path("id").asText());
            visit(lane, checkout);
        }
    }

    /// Buys a single piece instead; false if there is none.
    boolean buyOne() {
        try (Lane lane = lane()) {
            Answer opened = asked(lane, "open", "/v1/checkouts", name + "-open", wish(1));
            if (!opened.isSuccess()) return false;
            JsonNode checkout = opened.body();
            books.opened(checkout.path("id").asText());
            return isOrder(checkout, pay(lane, checkout, GOOD, "pay"));
        }
    }

    private void visit(Lane lane, JsonNode checkout) {
        switch (intent) {
            case BUY -> isOrder(checkout, pay(lane, checkout, GOOD, "pay"));
            case CLICK_TWICE -> click(checkout, 2, false);
            case CLICK_SIXTEEN_TIMES -> click(checkout, CLICKS_MANY, false);
            case OPEN_TWO_TABS -> click(checkout, 2, true);
            case LOSE_THE_ANSWER -> isOrder(checkout, pay(lane, checkout, UNHEARD, "pay"));
            case BE_DECLINED -> {
                pay(lane, checkout, random.nextBoolean() ? BAD : POOR, "pay-first");
                isOrder(checkout, pay(lane, checkout, GOOD, "pay"));
            }
            case MEET_A_CHALLENGE -> endChallenge(lane, checkout, "pass");
            case FAIL_A_CHALLENGE -> endChallenge(lane, checkout, "fail");
            case LEAVE_A_CHALLENGE -> pay(lane, checkout, CHALLENGED, "pay");
            case GO_AWAY -> {}
            case CANCEL_THE_CHECKOUT -> cancelCheckout(lane, checkout);
            case CANCEL_THE_ORDER -> {
                Answer paid = pay(lane, checkout, GOOD, "pay");
                if (isOrder(checkout, paid)) cancelOrder(lane, order(paid));
            }
            case WANT_SOMETHING_BACK -> {
                Answer paid = pay(lane, checkout, GOOD, "pay");
                if (isOrder(checkout, paid)) refund(lane, order(paid));
            }
        }
    }

    /// Several at once, with one key or each with another.
    private void click(JsonNode checkout, int clicks, boolean ownKeys) {
        List<Lane> lanes = IntStream.range(0, clicks).mapToObj(_ -> lane()).toList();
        try {
            new Crew(clicks).each(IntStream.range(0, clicks).boxed().toList(), click -> {
                isOrder(checkout, pay(lanes.get(click), checkout, GOOD, ownKeys ? "pay-" + click : "pay"));
            });
        } finally {
            lanes.forEach(Lane::close);
        }
    }

    private void endChallenge(Lane lane, JsonNode checkout, String end) {
        Answer answer = pay(lane, checkout, CHALLENGED, "pay");
        for (int look = 0; look < CHALLENGES_MAX && isChallenge(answer); look++) {
            URI page = URI.create(answer.body().path("next_action").path("url").asText());
            meet(page, end);
            ShopClient.pause(Duration.ofMillis(random.nextInt(20, 200)));
            answer = pay(lane, checkout, CHALLENGED, "pay");
        }
        isOrder(checkout, answer);
    }

    private void meet(URI page, String end) {
        var request = HttpRequest.newBuilder(URI.create(page + "/" + end))
                .timeout(PAGE_TIMEOUT)
                .POST(BodyPublishers.noBody())
                .build();
        try {
            pages.send(request, BodyHandlers.discarding());
        } catch (IOException e) {
            books.heard("challenge no answer"); // The provider is being harmed; the page can be seen again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void cancelCheckout(Lane lane, JsonNode checkout) {
        String path = "/v1/checkouts/" + checkout.path("id").asText() + "/cancel";
        asked(lane, "cancel checkout", path, name + "-cancel", null);
    }

    private void cancelOrder(Lane lane, String order) {
        Answer canceled = asked(
                lane, "cancel order", "/v1/orders/" + order + "/cancel", name + "-cancel", Map.of("reason", "torture"));
        if (canceled.isSuccess()) books.canceled(order);
    }

    private void refund(Lane lane, String order) {
        Map<String, ?> amount = Map.of("amount", REFUND_MINOR, "currency", TortureShop.CURRENCY);
        Answer refunded = asked(
                lane,
                "refund",
                "/v1/orders/" + order + "/refunds",
                name + "-refund",
                Map.of("amount", amount, "reason", "torture"));
        if (refunded.isSuccess()) books.refunded(order, REFUND_MINOR);
    }

    private Answer pay(Lane lane, JsonNode checkout, String token, String key) {
        return asked(
                lane,
                "complete",
                "/v1/checkouts/" + checkout.path("id").asText() + "/complete",
                name + "-" + key,
                Map.of(
                        "payment",
                        Map.of("token", token),
                        "expected_total",
                        checkout.path("totals").path("total")));
    }

    private Answer asked(Lane lane, String step, String path, String key, @Nullable Map<String, ?> body) {
        Answer answer = lane.post(step, path, key, body);
        if (Lane.isFinal(answer) && !isChallenge(answer)) books.answered(key, answer);
        return answer;
    }

    private Lane lane() {
        return new Lane(shop.servers(), random.nextInt(shop.servers().size()), shop.key(), books::heard);
    }

    /// Notes the order, if it is one.
    private boolean isOrder(JsonNode checkout, Answer answer) {
        if (answer.status() != 200 || !answer.body().path("status").asText().equals("completed")) return false;
        books.bought(checkout.path("id").asText(), order(answer));
        return true;
    }

    private static String order(Answer answer) {
        return answer.body().path("order").path("id").asText();
    }

    private static boolean isChallenge(Answer answer) {
        return answer.status() == 200 && answer.body().path("status").asText().equals("requires_action");
    }

    private Map<String, Object> wish(int quantity) {
        return Map.of(
                "line_items",
                List.of(Map.of("sku", TortureShop.SKU, "quantity", quantity)),
                "currency",
                TortureShop.CURRENCY,
                "email",
                name + "@torture.example",
                "shipping_address",
                ADDRESS,
                "shipping_option",
                TortureShop.SHIPPING_OPTION);
    }
}
