package holdfast.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes an order of an invoice, as a shopper would: a cart with its items, a checkout, a payment.
///
/// Every step has an idempotency key made of the invoice's number and content, so that a run that was
/// interrupted, by whatever and wherever, takes the same steps again and finds them done. A step that ended
/// without an order (stock was short, the hold ran out while nobody replayed) is over for good under its key; a
/// later run then makes another *try*, with keys of its own.
///
/// Why another try cannot make a second order: an order comes from completing a checkout, and each try knows
/// exactly one, the one answered under the try's key. The next try begins only when that checkout is proven
/// dead: refused, so that it never was; or seen `canceled` or `expired`, from where no way leads to an order,
/// with no payment that might still succeed. While a payment is under way the shop says `processing`, and this
/// try goes on.
final class PlaceInvoice {

    /// What came of an invoice.
    sealed interface Result {

        record Placed(String order) implements Result {}

        /// The shop said no, or we did.
        ///
        /// @param stale what refuses it now was decided in an earlier run; another try may do better
        record Refused(String reason, boolean stale) implements Result {}
    }

    private static final int TRIES_MAX = 100;
    private static final Duration PROCESSING_MAX = Duration.ofSeconds(60);
    private static final Duration PROCESSING_PAUSE = Duration.ofMillis(250);
    private static final Set<String> PAYMENT_IS_DEAD = Set.of("declined", "voided", "failed");
    private static final String TOKEN = "pm_card_visa";

    private final ShopClient shop;
    private final Timings completing;

    /// @param completing where the time that completing took is noted, for orders placed now
    PlaceInvoice(ShopClient shop, Timings completing) {
        this.shop = shop;
        this.completing = completing;
    }

    Result place(Invoice invoice) {
        if (!invoice.isOneShopper()) return new Result.Refused("lines of several customers or countries", false);
        Optional<String> country = Countries.code(invoice.country());
        if (country.isEmpty()) return new Result.Refused("no such country", false);
        for (int number = 1; number <= TRIES_MAX; number++) {
            Result result = new Try(invoice, country.get(), number).place();
            if (!(result instanceof Result.Refused(String _, boolean stale)) || !stale) return result;
        }
        return new Result.Refused("tried " + TRIES_MAX + " times in vain", false);
    }

    /// One way from a cart to an order.
    private final class Try {

        private final Invoice invoice;
        private final String country;
        private final int number;
        private boolean begunEarlier;

        Try(Invoice invoice, String country, int number) {
            this.invoice = invoice;
            this.country = country;
            this.number = number;
        }

        Result place() {
            Answer cart = shop.post(
                    "/v1/carts", key("cart"), Map.of("currency", Meaning.GBP.getCurrencyCode(), "items", items()));
            return cart.isSuccess() ? checkOut(cart.body().path("id").asText()) : refused(cart);
        }

        private List<Map<String, Object>> items() {
            return invoice.items().stream()
                    .map(item -> Map.<String, Object>of("sku", item.sku().code(), "quantity", item.pieces()))
                    .toList();
        }

        private Result checkOut(String cart) {
            Answer opened = shop.post(
                    "/v1/checkouts",
                    key("checkout"),
                    Map.of(
                            "cart_id",
                            cart,
                            "email",
                            invoice.email().address(),
                            "shipping_address",
                            address(),
                            "shipping_option",
                            SetUpShop.SHIPPING_OPTION));
            if (!opened.isSuccess()) return refused(opened);
            String checkout = opened.body().path("id").asText();
            if (opened.replayed()) {
                begunEarlier = true;
                Optional<Result> ended = ended(checkout);
                if (ended.isPresent()) return ended.get();
            }
            return complete(checkout);
        }

        /// How a checkout of an earlier run ended, if it did.
        private Optional<Result> ended(String id) {
            Answer answer = shop.get("/v1/checkouts/" + id);
            if (!answer.isSuccess()) return Optional.of(refused(answer));
            JsonNode checkout = answer.body();
            String status = checkout.path("status").asText();
            return switch (status) {
                case "completed" ->
                    Optional.of(new Result.Placed(checkout.path("order").asText()));
                case "canceled", "expired" ->
                    Optional.of(new Result.Refused("checkout " + status, !mayStillBePaid(checkout)));
                default -> Optional.empty();
            };
        }

        private static boolean mayStillBePaid(JsonNode checkout) {
            JsonNode payment = checkout.path("payment");
            return !payment.isMissingNode()
                    && !PAYMENT_IS_DEAD.contains(payment.path("status").asText());
        }

        private Result complete(String checkout) {
            long begun = System.nanoTime();
            Answer answer = completeUntilKnown(checkout);
            if (answer.status() == 200 && answer.body().path("status").asText().equals("completed")) {
                if (!answer.replayed()) completing.add(Duration.ofNanos(System.nanoTime() - begun));
                return new Result.Placed(answer.body().path("order").path("id").asText());
            }
            // Nobody will pay for it any more: its stock need not wait for the end of the hold. If it cannot be
            // canceled, a payment may still succeed, and the next run will see the order.
            shop.post("/v1/checkouts/" + checkout + "/cancel", key("cancel"));
            return answer.isSuccess()
                    ? new Result.Refused(
                            "payment " + answer.body().path("status").asText(), false)
                    : refused(answer);
        }

        private Answer completeUntilKnown(String checkout) {
            long deadline = System.nanoTime() + PROCESSING_MAX.toNanos();
            while (true) {
                Answer answer = shop.post(
                        "/v1/checkouts/" + checkout + "/complete",
                        key("complete"),
                        Map.of(
                                "payment", Map.of("token", TOKEN),
                                "expected_total",
                                        Map.of(
                                                "amount", invoice.total().minor(),
                                                "currency", Meaning.GBP.getCurrencyCode())));
                if (answer.status() != 202 || System.nanoTime() > deadline) return answer;
                ShopClient.pause(PROCESSING_PAUSE);
            }
        }

        private Map<String, String> address() {
            return Map.of(
                    "name",
                    invoice.isGuest() ? "A guest" : "Customer " + invoice.customer(),
                    "line1",
                    "Invoice " + invoice.number(),
                    "city",
                    invoice.country(),
                    "country",
                    country);
        }

        private Result refused(Answer answer) {
            return new Result.Refused(answer.problem(), begunEarlier || answer.replayed());
        }

        private String key(String step) {
            return "replay-" + invoice.number() + "-" + invoice.fingerprint() + "-" + step + "-" + number;
        }
    }
}
