package holdfast.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Request;
import holdfast.app.RunningDemo;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is typed into a checkout is saved while the page stays, and the card in its frame with it.
@Tag("slow")
class CheckoutInPlaceTest {

    private static final String MUG = "MUG-STO-MOS";
    private static final String BOOK = "BOOK-LOAF";
    private static final String GOOD_CARD = "4242424242424242";
    private static final String WALLET = "Pay with the sandbox’s wallet";

    private static RunningDemo demo;

    @RegisterExtension
    final Visitors visitors = new Visitors();

    @BeforeAll
    static void open() {
        demo = new RunningDemo();
        demo.api("PUT", "/v1/discount-codes/GIFT", """
                {"percent": "100"}""");
        demo.api("PUT", "/v1/shipping-rates/usd-free", """
                {"option": "free", "title": "Free, 9 days", "country": "US",
                 "price": {"amount": 0, "currency": "USD"}, "basis": "total"}""");
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    private Visitor shopper() {
        Visitor ada = visitors.welcome(Visitor.at(demo.url()));
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        return ada;
    }

    private static Locator number(Visitor visitor) {
        return visitor.page().frameLocator("#card iframe").locator("#number");
    }

    private static String total(Visitor visitor) {
        return visitor.page().locator("#total").innerText();
    }

    @Test
    void a_discount_code_changes_what_is_to_be_paid_and_leaves_the_card_where_it_is() {
        Visitor ada = shopper();
        ada.entersTheCard(GOOD_CARD);
        String before = total(ada);

        ada.page().locator("#code").fill("fiver");
        ada.press("Apply");
        assertThat(ada.page().locator("#codes .badge")).hasText("FIVER");
        assertThat(ada.page().locator("#total")).not().hasText(before);
        assertThat(ada.page().locator("#pay")).hasText("Pay " + total(ada));
        assertThat(ada.page().locator("#total-heard")).hasText("Your total is " + total(ada) + ".");
        assertThat(ada.page().locator("#apply")).isFocused();
        assertThat(number(ada)).hasValue("4242 4242 4242 4242");

        ada.press("Remove the code FIVER");
        assertThat(ada.page().locator("#codes .badge")).hasCount(0);
        assertThat(ada.page().locator("#total")).hasText(before);
        assertThat(ada.page().locator("#code")).isFocused();
        assertThat(number(ada)).hasValue("4242 4242 4242 4242");
        ada.pays();
        ada.arrivesAt("/orders/");
    }

    @Test
    void a_code_that_is_none_is_said_beside_it_and_enter_applies_another() {
        Visitor ada = shopper();
        ada.entersTheCard(GOOD_CARD);
        var saved = new AtomicInteger();
        ada.page().onRequest(request -> {
            if (request.url().endsWith("/details")) saved.incrementAndGet();
        });
        ada.page().locator("#code").fill("NOSUCH");
        ada.press("Apply");
        assertThat(ada.page().locator("#code-wrong")).hasText("We do not know this code.");
        assertThat(ada.page().locator("#code")).isFocused();
        ada.page().locator("#code").fill("FIVER");
        ada.page().keyboard().press("Enter");
        assertThat(ada.page().locator("#codes .badge")).hasText("FIVER");
        assertThat(number(ada)).hasValue("4242 4242 4242 4242");
        assertThat(saved.get()).isEqualTo(2);
    }

    @Test
    void a_code_for_everything_takes_the_card_fields_away_and_brings_them_back() {
        Visitor ada = shopper();
        ada.page().locator("#ship-free").check();
        ada.page().locator("#code").fill("GIFT");
        ada.press("Apply");
        assertThat(ada.page().locator("#pay")).hasText("Place the order");
        assertThat(ada.page().locator("#card")).isHidden();
        ada.page().locator("#ship-express").check();
        assertThat(ada.page().locator("#card")).isVisible();
        ada.page().locator("#ship-free").check();
        assertThat(ada.page().locator("#card")).isHidden();
        ada.pays();
        ada.arrivesAt("/orders/");
    }

    @Test
    void who_comes_to_a_button_that_pays_has_not_pressed_it() {
        Visitor ada = shopper();
        ada.page().locator("#city").fill("Albany");
        Request saved = ada.page()
                .waitForRequest(
                        request -> request.method().equals("POST"),
                        () -> ada.page().getByText(WALLET).focus());
        assertThat(saved.url()).endsWith("/details");
    }

    @Test
    void a_code_that_comes_too_late_leads_to_what_is_left() {
        Visitor ada = visitors.welcome(Visitor.at(demo.url()));
        ada.checksOut(BOOK);
        ada.page().locator("#code").fill("FIVER");
        demo.later(Duration.ofMinutes(11));
        ada.press("Apply");
        assertThat(ada.page().locator("h1")).hasText("The time is up");
    }
}
