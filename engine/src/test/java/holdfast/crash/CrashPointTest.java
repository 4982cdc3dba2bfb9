package holdfast.crash;

import static holdfast.crash.MortalShop.complete;
import static holdfast.crash.MortalShop.expect;
import static holdfast.crash.MortalShop.pause;
import static holdfast.crash.MortalShop.payment;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import holdfast.crash.MortalShop.Reply;
import holdfast.kernel.CrashPoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A server dies at each of the [CrashPoint]s, is started again, and everybody asks again under the same keys:
/// one order and one charge, or a clear end and none; every answer as it was; and nothing is left half done.
@Tag("slow")
class CrashPointTest {

    private static final String GOOD = "pm_card_visa";
    private static final String BAD = "pm_card_chargeDeclined";
    private static final String CHALLENGED = "pm_card_threeDSecureRequired";
    private static final String UNHEARD = "pm_card_answerLostAfterCharge";
    private static final Duration LEASE_OVER = Duration.ofSeconds(31);
    private static final Duration EVERYTHING_OVER = Duration.ofMinutes(25);

    private static final Director DIRECTOR = new Director();
    private static final TestDatabase DATABASE = TestDatabase.create(4);
    private static MortalShop shop;

    @BeforeAll
    static void open() {
        var settings = Map.of("HOLDFAST_DATABASE_URL", DATABASE.url());
        shop = new MortalShop(DIRECTOR, DATABASE.database(), settings, List.of());
    }

    @AfterAll
    static void close() {
        shop.close();
        DIRECTOR.close();
        DATABASE.close();
    }

    /// What a shopper goes through, and how it must end, wherever the process died meanwhile.
    enum Story {
        BUYS {
            @Override
            void play(String sku) {
                Reply checkout = shop.open(sku);
                endsAsOrder(sku, shop.pay(checkout, GOOD, "at-last"));
            }
        },
        IS_DECLINED {
            @Override
            void play(String sku) {
                Reply checkout = shop.open(sku);
                assertThat(expect(402, shop.pay(checkout, BAD, "at-first")).text("/code"))
                        .isEqualTo("payment_declined");
                assertThat(shop.get("/v1/checkouts/" + checkout.text("/id")).text("/status"))
                        .isEqualTo("open");
                endsAsOrder(sku, shop.pay(checkout, GOOD, "at-last"));
            }
        },
        MEETS_A_CHALLENGE {
            @Override
            void play(String sku) {
                endsAsOrder(sku, shop.pay(shop.open(sku), CHALLENGED, "at-last"));
            }
        },
        IS_NOT_ANSWERED {
            @Override
            void play(String sku) {
                Reply checkout = shop.open(sku);
                shop.say("POST", complete(checkout), checkout.text("/id") + "-pay-at-last", payment(checkout, UNHEARD));
                DATABASE.shiftClock(LEASE_OVER);
                endsAsOrder(sku, shop.pay(checkout, UNHEARD, "at-last"));
            }
        },
        GOES_AWAY_IN_A_CHALLENGE {
            @Override
            void play(String sku) {
                Reply checkout = shop.open(sku);
                String key = checkout.text("/id") + "-pay-never";
                Optional<Reply> asked = Optional.empty();
                while (asked.isEmpty() || asked.get().status() != 200) {
                    asked = shop.say("POST", complete(checkout), key, payment(checkout, CHALLENGED));
                    pause();
                }
                assertThat(asked.get().text("/status")).isEqualTo("requires_action");
                DATABASE.shiftClock(EVERYTHING_OVER);
                shop.once("/v1/checkouts/" + checkout.text("/id"), "/hold/state", "released"::equals);
                expect(409, shop.post(complete(checkout), key, payment(checkout, CHALLENGED)));
                assertThat(shop.available(sku)).isEqualTo(3);
            }
        },
        ONLY_LOOKS {
            @Override
            void play(String sku) {
                Reply checkout = shop.open(sku);
                DATABASE.shiftClock(EVERYTHING_OVER);
                shop.once("/v1/checkouts/" + checkout.text("/id"), "/hold/state", "expired"::equals);
                assertThat(shop.available(sku)).isEqualTo(3);
                expect(409, shop.pay(checkout, GOOD, "too-late"));
            }
        },
        CANCELS_THE_CHECKOUT {
            @Override
            void play(String sku) {
                Reply checkout = shop.open(sku);
                String id = checkout.text("/id");
                expect(200, shop.post("/v1/checkouts/" + id + "/cancel", id + "-cancel-it", null));
                assertThat(shop.available(sku)).isEqualTo(3);
            }
        },
        IS_GIVEN_SOMETHING_BACK {
            @Override
            void play(String sku) {
                String order = endsAsOrder(sku, shop.pay(shop.open(sku), GOOD, "at-last"));
                expect(
                        201,
                        shop.post(
                                "/v1/orders/" + order + "/refunds",
                                order + "-refund",
                                Map.of("amount", Map.of("amount", 700, "currency", "GBP"), "reason", "A scratch")));
                Reply refunded = shop.orderOnce(order, "partially_refunded");
                assertThat(refunded.json().at("/refunds")).hasSize(1);
            }
        },
        SENDS_IT_BACK_BEFORE_IT_IS_SENT {
            @Override
            void play(String sku) {
                String order = endsAsOrder(sku, shop.pay(shop.open(sku), GOOD, "at-last"));
                expect(200, shop.post("/v1/orders/" + order + "/cancel", order + "-cancel", Map.of()));
                shop.orderOnce(order, "refunded");
                assertThat(shop.available(sku)).isEqualTo(3);
            }
        },
        CANCELS_BEFORE_THE_MONEY_IS_TAKEN {
            @Override
            void play(String sku) {
                try (var capturing = DIRECTOR.hold(CrashPoint.K23)) {
                    Reply paid = expect(200, shop.pay(shop.open(sku), GOOD, "at-last"));
                    capturing.await();
                    String order = paid.text("/order/id");
                    expect(200, shop.post("/v1/orders/" + order + "/cancel", order + "-cancel", Map.of()));
                    DATABASE.shiftClock(LEASE_OVER);
                    shop.orderOnce(order, "voided");
                    assertThat(shop.available(sku)).isEqualTo(3);
                }
            }
        };

        abstract void play(String sku);

        /// The order's id.
        static String endsAsOrder(String sku, Reply paid) {
            assertThat(expect(200, paid).text("/status")).isEqualTo("completed");
            String order = paid.text("/order/id");
            shop.orderOnce(order, "captured");
            assertThat(shop.available(sku)).isZero();
            return order;
        }
    }

    /// Where to die, the how manieth time it is passed, and in which story.
    static Stream<Arguments> deaths() {
        return Stream.of(
                at(CrashPoint.K01, 1, Story.BUYS),
                at(CrashPoint.K01, 2, Story.BUYS),
                at(CrashPoint.K02, 1, Story.BUYS),
                at(CrashPoint.K02, 2, Story.BUYS),
                at(CrashPoint.K04, 1, Story.BUYS),
                at(CrashPoint.K07, 1, Story.BUYS),
                at(CrashPoint.K08, 1, Story.BUYS),
                at(CrashPoint.K09, 1, Story.BUYS),
                at(CrashPoint.K13, 1, Story.BUYS),
                at(CrashPoint.K15, 1, Story.BUYS),
                at(CrashPoint.K16, 1, Story.BUYS),
                at(CrashPoint.K20, 1, Story.BUYS),
                at(CrashPoint.K23, 1, Story.BUYS),
                at(CrashPoint.K24, 1, Story.BUYS),
                at(CrashPoint.K25, 1, Story.BUYS),
                at(CrashPoint.K13, 1, Story.IS_DECLINED),
                at(CrashPoint.K15, 1, Story.IS_DECLINED),
                at(CrashPoint.K28, 1, Story.IS_DECLINED),
                at(CrashPoint.K15, 1, Story.MEETS_A_CHALLENGE),
                at(CrashPoint.K16, 1, Story.MEETS_A_CHALLENGE),
                at(CrashPoint.K15, 1, Story.IS_NOT_ANSWERED),
                at(CrashPoint.K36, 1, Story.GOES_AWAY_IN_A_CHALLENGE),
                at(CrashPoint.K26, 1, Story.GOES_AWAY_IN_A_CHALLENGE),
                at(CrashPoint.K27, 1, Story.GOES_AWAY_IN_A_CHALLENGE),
                at(CrashPoint.K28, 1, Story.GOES_AWAY_IN_A_CHALLENGE),
                at(CrashPoint.K29, 1, Story.ONLY_LOOKS),
                at(CrashPoint.K02, 2, Story.CANCELS_THE_CHECKOUT),
                at(CrashPoint.K33_PLANNED, 1, Story.IS_GIVEN_SOMETHING_BACK),
                at(CrashPoint.K33_DONE, 1, Story.IS_GIVEN_SOMETHING_BACK),
                at(CrashPoint.K33_PLANNED, 1, Story.SENDS_IT_BACK_BEFORE_IT_IS_SENT),
                at(CrashPoint.K33_DONE, 1, Story.SENDS_IT_BACK_BEFORE_IT_IS_SENT),
                at(CrashPoint.K26, 1, Story.CANCELS_BEFORE_THE_MONEY_IS_TAKEN),
                at(CrashPoint.K27, 1, Story.CANCELS_BEFORE_THE_MONEY_IS_TAKEN));
    }

    private static Arguments at(CrashPoint point, int nth, Story story) {
        return Arguments.of(point, nth, story);
    }

    @ParameterizedTest(name = "at {0}, the {1}. time, when a shopper {2}")
    @MethodSource("deaths")
    void a_server_dies(CrashPoint point, int nth, Story story) {
        String sku = shop.stocked();
        int deaths = DIRECTOR.deaths();
        DIRECTOR.kill(nth, point);
        story.play(sku);
        assertThat(DIRECTOR.deaths()).as("it was to die").isEqualTo(deaths + 1);
        allIsWell();
    }

    /// All of those that a request is waiting for, one after the other.
    @ParameterizedTest(name = "of {0}")
    @ValueSource(strings = {"holdfast-stock", "holdfast-money", "holdfast-books"})
    void a_server_dies_before_every_statement_and_commit(String lane) {
        for (int nth = 1; diesInLane(lane, nth); nth++) {
            assertThat(nth).as("statements").isLessThan(40);
        }
    }

    private static boolean diesInLane(String lane, int nth) {
        String sku = shop.stocked();
        int deaths = DIRECTOR.deaths();
        DIRECTOR.kill(
                nth,
                passage -> passage.thread().equals(lane)
                        && (passage.point() == CrashPoint.K18 || passage.point() == CrashPoint.K05));
        Story.BUYS.play(sku);
        allIsWell();
        return DIRECTOR.deaths() > deaths;
    }

    @Test
    void a_server_dies_three_times_while_it_recovers() {
        String sku = shop.stocked();
        int deaths = DIRECTOR.deaths();
        DIRECTOR.kill(1, CrashPoint.K16);
        DIRECTOR.kill(1, CrashPoint.K36);
        DIRECTOR.kill(2, CrashPoint.K36);
        DIRECTOR.kill(1, CrashPoint.K16); // the next time
        Story.BUYS.play(sku);
        assertThat(DIRECTOR.deaths()).isEqualTo(deaths + 4);
        allIsWell();
    }

    @ParameterizedTest(name = "at {0}")
    @ValueSource(strings = {"K01", "K09", "K15", "K16", "K20", "K23", "K24"})
    void a_server_is_told_to_stop_in_the_middle(String name) {
        String sku = shop.stocked();
        Reply checkout = shop.open(sku);
        try (var held = DIRECTOR.hold(CrashPoint.valueOf(name))) {
            var paid = CompletableFuture.supplyAsync(() -> shop.pay(checkout, GOOD, "at-last"));
            held.await();
            shop.terminate();
            held.release();
            Story.endsAsOrder(sku, paid.join());
        }
        shop.reviveIfDead();
        allIsWell();
    }

    /// Its lease is over, somebody else has done its work, and now it goes on.
    @Test
    void an_owner_who_wakes_up_late_changes_nothing() {
        String sku = shop.stocked();
        Reply checkout = shop.open(sku);
        String key = checkout.text("/id") + "-pay-at-last";
        try (var asleep = DIRECTOR.hold(CrashPoint.K16)) {
            var first = CompletableFuture.supplyAsync(
                    () -> shop.say("POST", complete(checkout), key, payment(checkout, GOOD)));
            asleep.await();
            DATABASE.shiftClock(LEASE_OVER);
            Reply paid = shop.pay(checkout, GOOD, "at-last");
            Story.endsAsOrder(sku, paid);
            asleep.release();
            assertThat(first.join())
                    .hasValueSatisfying(late -> assertThat(late.bytes()).isEqualTo(paid.bytes()));
        }
        allIsWell();
    }

    @ParameterizedTest(name = "at {0}")
    @ValueSource(strings = {"K23", "K24"})
    void a_capture_that_wakes_up_late_takes_nothing_twice(String name) {
        String sku = shop.stocked();
        try (var asleep = DIRECTOR.hold(CrashPoint.valueOf(name))) {
            Reply paid = expect(200, shop.pay(shop.open(sku), GOOD, "at-last"));
            asleep.await();
            DATABASE.shiftClock(LEASE_OVER);
            Story.endsAsOrder(sku, paid);
            asleep.release();
        }
        allIsWell();
    }

    private static void allIsWell() {
        DIRECTOR.rest();
        shop.everyAnswerIsRepeated();
        assertThat(shop.broken()).isEmpty();
    }
}
