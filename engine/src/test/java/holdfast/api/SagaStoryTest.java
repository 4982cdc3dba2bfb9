package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What an operator sees of payments that are under way or stuck, over HTTP.
class SagaStoryTest {

    private static final TestShop SHOP = new TestShop();

    @BeforeAll
    static void stockTheShop() {
        SHOP.admin().put("/v1/warehouses/LON", "{\"title\": \"London\", \"country\": \"GB\"}");
        SHOP.admin().put("/v1/shipping-rates/gb-standard", """
                {"option": "standard", "title": "Standard", "country": "GB",
                 "price": {"amount": 0, "currency": "GBP"}, "basis": "weight"}""");
        SHOP.admin().put("/v1/products/MUG", """
                {"title": "Mug", "price": {"amount": 1450, "currency": "GBP"}}""");
        SHOP.admin().keyed().post("/v1/stock/MUG/adjustments", """
                {"warehouse": "LON", "delta": 10, "reason": "Opening"}""");
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void a_payment_without_an_answer_is_listed_resolved_only_when_stuck_and_then_off_the_list() {
        String payment = payWithoutAnswer();
        String saga = "/v1/sagas/" + payment;
        var listed = SHOP.admin().get("/v1/sagas");
        assertThat(listed.text("/data/0/id")).isEqualTo(payment);
        assertThat(listed.text("/data/0/state")).isEqualTo("unknown");
        assertThat(SHOP.admin().get("/v1/sagas?stuck=true").json().at("/data")).isEmpty();

        var early = SHOP.admin().post(saga + "/resolve", "{\"note\": \"Asked the bank\"}");
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.text("/code")).isEqualTo("saga_not_stuck");
        var looked = SHOP.admin().send("POST", saga + "/retry");
        assertThat(looked.status()).isEqualTo(200);
        assertThat(looked.text("/tries")).isEqualTo("0");

        SHOP.database().transact(tx -> tx.execute("""
                insert into work_item (payment_id, reason, detail, since)
                select id, 'outcome_unknown', 'Whether it took money is not known, after 3 looks', shop_clock()
                  from payment
                 where state = 'unknown'
                """));
        assertThat(SHOP.admin().get("/v1/sagas?stuck=true").text("/data/0/stuck/0/reason"))
                .isEqualTo("outcome_unknown");
        var resolved = SHOP.admin().post(saga + "/resolve", "{\"note\": \"The bank knows nothing of it\"}");
        assertThat(resolved.text("/state")).isEqualTo("failed");
        assertThat(resolved.json().at("/stuck")).isEmpty();
        assertThat(SHOP.admin().get(saga).text("/state")).isEqualTo("failed");
        assertThat(SHOP.admin().get("/v1/sagas?stuck=true").json().at("/data")).isEmpty();
    }

    @Test
    void what_is_not_there_and_what_makes_no_sense_is_said() {
        String nobodys = "/v1/sagas/0199f0a3-2b7d-7e44-9d0e-5f6a7b8c9d0e";
        assertThat(SHOP.admin().get(nobodys).status()).isEqualTo(404);
        assertThat(SHOP.admin().send("POST", nobodys + "/retry").status()).isEqualTo(404);
        assertThat(SHOP.admin().post(nobodys + "/resolve", "{\"note\": \"?\"}").status())
                .isEqualTo(404);
        assertThat(SHOP.admin().post(nobodys + "/resolve", "{\"note\": \"\"}").text("/errors/0/field"))
                .isEqualTo("note");
        assertThat(SHOP.admin().get("/v1/sagas?stuck=perhaps").text("/errors/0/field"))
                .isEqualTo("stuck");
        assertThat(SHOP.admin().get("/v1/sagas?cursor=x").text("/errors/0/field"))
                .isEqualTo("cursor");
    }

    private static String payWithoutAnswer() {
        var opened = SHOP.browser().post("/v1/checkouts", """
                {"currency": "GBP", "line_items": [{"sku": "MUG", "quantity": 1}], "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "12 St James's Square", "city": "London",
                  "country": "GB"}}""");
        var buyer = SHOP.guest(opened.text("/client_secret"));
        String checkout = "/v1/checkouts/" + opened.text("/id");
        String total = opened.text("/totals/total/amount");
        var answer = buyer.keyed().post(checkout + "/complete", """
                {"payment": {"token": "pm_card_answerLostAfterCharge"},
                 "expected_total": {"amount": %s, "currency": "GBP"}}""".formatted(total));
        assertThat(answer.status()).isEqualTo(202);
        return buyer.get(checkout).text("/payment/id");
    }
}
