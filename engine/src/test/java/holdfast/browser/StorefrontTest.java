package holdfast.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import holdfast.app.RunningDemo;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The shop in a real browser, as shoppers meet it.
@Tag("slow")
class StorefrontTest {

    private static final String MUG = "MUG-STO-MOS";
    private static final String BOOK = "BOOK-LOAF";
    private static final String LONG = "LONG-SHOP";
    private static final String LANTERN = "LANTERN-100";
    private static final String GOOD_CARD = "4242424242424242";
    private static final String POOR_CARD = "4000000000009995";
    private static final String ASKING_CARD = "4000000000003220";
    private static final int PAGE_BYTES_MAX = 150 * 1024;

    private static RunningDemo demo;

    @RegisterExtension
    final Visitors visitors = new Visitors();

    @BeforeAll
    static void open() {
        demo = new RunningDemo();
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    private Visitor visitor() {
        return visitor(new NewContextOptions().setViewportSize(1280, 900));
    }

    private Visitor visitor(NewContextOptions options) {
        return visitors.welcome(Visitor.with(demo.url(), options));
    }

    private static long count(String sql) {
        return demo.database()
                .inTransaction(tx -> tx.query(sql).mapTo(Long.class).one());
    }

    private static String scarce(int pieces) {
        return demo.database()
                .inTransaction(tx ->
                        tx.query("""
                        select sku from stock group by sku
                        having sum(on_hand - held - allocated) = :pieces order by sku limit 1
                        """).bind("pieces", pieces).mapTo(String.class).one());
    }

    @Test
    void a_guest_buys_and_sees_the_order_become_paid_and_shipped() {
        Visitor ada = visitor();
        ada.to("/");
        ada.page().locator(".good-card a").first().click();
        ada.arrivesAt("/products/");
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        ada.page().locator("#code").fill("fiver");
        ada.press("Apply");
        assertThat(ada.page().locator("#codes .badge")).hasText("FIVER");
        ada.page().locator("#ship-express").check();
        assertThat(ada.page().locator("#summary")).containsText("Express");
        ada.entersTheCard(GOOD_CARD);
        ada.pays();
        ada.arrivesAt("/orders/");
        assertThat(ada.page().locator(".timeline")).containsText("Paid");
        assertThat(ada.page().locator("#order")).containsText("Visa ending in 4242");

        demo.api("POST", "/v1" + ada.path() + "/fulfillments", """
                {"carrier": "UPS", "tracking_number": "1Z999"}""");
        assertThat(ada.page().locator("h1")).hasText("It is on its way.");
        assertThat(ada.page().locator("#order")).containsText("1Z999");
        ada.to("/cart");
        assertThat(ada.page().locator("main")).containsText("Nothing in it yet");
    }

    @Test
    void a_declined_card_says_why_and_another_one_pays() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        ada.entersTheCard(POOR_CARD);
        ada.pays();
        assertThat(ada.notice()).contains("not enough money", "Nothing was charged", "still held");
        ada.entersTheCard(GOOD_CARD);
        ada.pays();
        ada.arrivesAt("/orders/");
    }

    @Test
    void who_was_declined_three_times_is_told_beside_the_button() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        for (int i = 0; i < 3; i++) {
            ada.entersTheCard(POOR_CARD);
            ada.page().waitForResponse("**/pay", ada::pays);
            assertThat(ada.page().locator("#pay")).isEnabled();
        }
        ada.entersTheCard(GOOD_CARD);
        ada.pays();
        assertThat(ada.page().locator("#card-wrong")).containsText("Too many payments of this checkout were declined");
        assertThat(ada.page().locator("#card-wrong")).containsText("Nothing was done: come back in");
        assertThat(ada.page().locator("#pay")).isEnabled();
    }

    @Test
    void the_bank_asks_and_the_shopper_comes_back_to_an_order() {
        Visitor ada = visitor();
        ada.checksOut(BOOK);
        ada.tellsTheAddress();
        ada.entersTheCard(ASKING_CARD);
        ada.pays();
        ada.arrivesAt("/challenge/");
        ada.press("Confirm payment");
        ada.arrivesAt("/orders/");
        assertThat(ada.heading()).isEqualTo("Thank you. Your order stands.");
    }

    @Test
    void a_failed_check_with_the_bank_leads_back_to_the_checkout() {
        Visitor ada = visitor();
        ada.checksOut(BOOK);
        ada.tellsTheAddress();
        ada.entersTheCard(ASKING_CARD);
        ada.pays();
        ada.arrivesAt("/challenge/");
        ada.press("Fail this check");
        ada.arrivesAt("/checkout/");
        assertThat(ada.notice()).contains("was not passed", "Nothing was charged");
        ada.entersTheCard(GOOD_CARD);
        ada.pays();
        ada.arrivesAt("/orders/");
    }

    @Test
    void a_wallet_pays_with_one_press() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        ada.press("Pay with the sandbox’s wallet");
        ada.arrivesAt("/orders/");
    }

    @Test
    void what_somebody_else_took_meanwhile_is_said_and_comes_back_when_they_let_go() {
        String sku = scarce(2);
        Visitor ada = visitor();
        Visitor bob = visitor();
        bob.putsIntoTheCart(sku, 2);
        ada.putsIntoTheCart(sku, 2);
        ada.to("/cart");
        ada.press("Check out");
        ada.arrivesAt("/checkout/");

        bob.to("/cart");
        assertThat(bob.page().locator(".wrong").first()).hasText("Sold out.");
        bob.press("Check out");
        assertThat(bob.page().locator("[data-flash]")).containsText("Somebody was faster");

        bob.to("/products/" + sku);
        assertThat(bob.page().locator("[data-stock]")).hasText("Sold out");
        ada.press("Give everything back");
        assertThat(bob.page().locator("[data-stock]")).hasText("Only 2 left");
    }

    @Test
    void two_tabs_are_one_checkout_and_one_order() {
        long before = count("select count(*) from orders");
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        Page other = ada.anotherTab();
        other.navigate(demo.url().resolve("/cart").toString());
        other.locator("form[action='/checkout'] button").click();
        other.locator("#pay").waitFor();
        assertThat(other.url()).isEqualTo(ada.page().url());

        ada.entersTheCard(GOOD_CARD);
        ada.pays();
        ada.arrivesAt("/orders/");
        other.getByText("Pay with the sandbox’s wallet").click();
        other.waitForURL(ada.page().url());
        assertThat(count("select count(*) from orders")).isEqualTo(before + 1);
    }

    @Test
    void the_back_button_does_not_lead_into_a_second_payment() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        ada.entersTheCard(GOOD_CARD);
        ada.pays();
        ada.arrivesAt("/orders/");
        String order = ada.page().url();
        ada.page().goBack();
        ada.page().waitForURL(order);
    }

    @Test
    void when_the_time_is_up_nothing_is_lost_but_the_hold() {
        Visitor ada = visitor();
        ada.checksOut(BOOK);
        ada.tellsTheAddress();
        ada.entersTheCard(GOOD_CARD);
        demo.later(Duration.ofMinutes(11));
        ada.pays();
        assertThat(ada.page().locator("h1")).hasText("The time is up");
        assertThat(ada.page().locator(".badge").first()).hasText("Still there");
        ada.press("Hold it again");
        assertThat(ada.page().locator("#email")).hasValue("ada@example.com");
        assertThat(ada.page().locator("#line1")).hasValue("12 Orchard Street");
        ada.entersTheCard(GOOD_CARD);
        ada.pays();
        ada.arrivesAt("/orders/");
    }

    @Test
    void a_double_click_pays_once() {
        long before = count("select count(*) from payment");
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        ada.entersTheCard(GOOD_CARD);
        ada.page().locator("#pay").dblclick();
        ada.arrivesAt("/orders/");
        assertThat(count("select count(*) from payment")).isEqualTo(before + 1);
    }

    @Test
    void a_new_price_is_shown_beside_the_old_one_before_anything_is_charged() {
        Visitor ada = visitor();
        ada.checksOut("FOOD-JAM");
        ada.tellsTheAddress();
        demo.api("PUT", "/v1/products/FOOD-JAM", """
                {"title": "Damson jam, stones removed by hand, 300 g", "price": {"amount": 990, "currency": "USD"},
                 "weight_grams": 480, "tax_category": "reduced"}""");
        ada.entersTheCard(GOOD_CARD);
        ada.pays();
        assertThat(ada.notice()).contains("The price has changed", "It was $", "Nothing was charged");
        ada.pays();
        ada.arrivesAt("/orders/");
    }

    @Test
    void what_is_missing_is_said_beside_its_field() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.pays();
        assertThat(ada.page().locator("#email-wrong")).containsText("We need it");
        assertThat(ada.page().locator("#city")).hasCSS("border-top-width", "2px");
        assertThat(ada.page().locator("#country-wrong")).containsText("Choose a country");
        assertThat(ada.page().locator("#email")).isFocused();
        ada.page().locator("#code").fill("NOSUCH");
        ada.press("Apply");
        assertThat(ada.page().locator("#code-wrong")).hasText("We do not know this code.");
    }

    @Test
    void a_keyboard_is_enough() {
        Visitor ada = visitor();
        ada.to("/products/" + MUG);
        tabTo(ada.page(), ada.page().getByText("Put into the cart"));
        ada.page().keyboard().press("Enter");
        ada.page().locator("#cart-drawer[open]").waitFor();
        tabTo(ada.page(), ada.page().locator("#cart-drawer").getByText("Check out"));
        ada.page().keyboard().press("Enter");
        ada.arrivesAt("/checkout/");
        for (String[] field : new String[][] {
            {"#email", "ada@example.com"},
            {"#name", "Ada Lovelace"},
            {"#line1", "12 Orchard Street"},
            {"#postal_code", "10002"},
            {"#city", "New York"},
            {"#region", "NY"},
            {"#country", "United States"}
        }) {
            tabTo(ada.page(), ada.page().locator(field[0]));
            ada.page().keyboard().type(field[1]);
        }
        ada.page().keyboard().press("Tab");
        ada.page().locator("#shipping .choice").first().waitFor();
        var fields = ada.page().frameLocator("#card iframe");
        tabTo(ada.page(), fields.locator("#number"));
        ada.page().keyboard().type(GOOD_CARD);
        ada.page().keyboard().press("Tab");
        ada.page().keyboard().type("1234");
        ada.page().keyboard().press("Tab");
        ada.page().keyboard().type("123");
        tabTo(ada.page(), ada.page().locator("#pay"));
        ada.page().keyboard().press("Enter");
        ada.arrivesAt("/orders/");
    }

    private static void tabTo(Page page, Locator target) {
        for (int presses = 0; presses < 60; presses++) {
            if (target.evaluate("it => it === it.ownerDocument.activeElement").equals(true)) return;
            page.keyboard().press("Tab");
        }
        throw new AssertionError("The keyboard does not come to " + target);
    }

    @Test
    void without_scripts_there_are_forms_up_to_the_card() {
        Visitor ada = visitor(new NewContextOptions().setJavaScriptEnabled(false));
        ada.to("/products/" + MUG);
        ada.press("Put into the cart");
        assertThat(ada.heading()).isEqualTo("Your cart");
        ada.page().locator("input[name=quantity]").fill("2");
        ada.press("Update Stoneware mug, moss green");
        assertThat(ada.page().locator("aside")).containsText("$38.00");
        ada.press("Check out");
        ada.page().locator("#email").fill("ada@example.com");
        ada.press("Save, and show shipping and tax");
        assertThat(ada.page().locator("#line1-wrong")).hasText("Street and number, please.");
        ada.page().locator("#name").fill("Ada Lovelace");
        ada.page().locator("#line1").fill("12 Orchard Street");
        ada.page().locator("#postal_code").fill("10002");
        ada.page().locator("#city").fill("New York");
        ada.page().locator("#region").fill("NY");
        ada.page().locator("#country").selectOption("US");
        ada.press("Save, and show shipping and tax");
        assertThat(ada.page().locator("#shipping")).containsText("Standard, 3 to 5 days");
        assertThat(ada.page().locator("#summary")).containsText("Tax");
        ada.press("Pay $");
        assertThat(ada.page().locator("#card-wrong")).containsText("need JavaScript");
        ada.press("Pay with the sandbox’s wallet");
        assertThat(ada.heading()).isEqualTo("Thank you. Your order stands.");
    }

    @Test
    void a_place_in_the_queue_survives_a_reload_and_leads_to_the_checkout_when_it_is_its_turn() {
        demo.planSale();
        Visitor ada = visitor();
        Visitor bob = visitor();
        ada.to("/").page().getByText("Take a place").click();
        assertThat(ada.page().locator("#place")).containsText("At most 2 each.");
        ada.press("Take a place");
        assertThat(ada.page().locator("#place")).containsText("You are the next.");
        assertThat(ada.page().locator("#place")).containsText("At most 2 each.");
        bob.to("/sale/" + LANTERN).press("Take a place");
        assertThat(bob.page().locator("#place")).containsText("One is before you.");
        ada.findsItAccessible();
        bob.to("/sale/" + LANTERN);
        assertThat(bob.page().locator("#place")).containsText("One is before you.");

        Visitor eve = visitor();
        eve.to("/products/" + LANTERN);
        assertThat(eve.page().locator("main")).containsText("sold to those who wait");

        demo.later(Duration.ofMinutes(5));
        assertThat(ada.page().locator("#place h2")).hasText("It is your turn");
        ada.press("Check out");
        ada.arrivesAt("/checkout/");
        ada.tellsTheAddress();
        ada.press("Pay with the sandbox’s wallet");
        ada.arrivesAt("/orders/");
        ada.to("/sale/" + LANTERN);
        assertThat(ada.page().locator("#place h2")).hasText("You have bought it");
    }

    @Test
    void nothing_is_wider_than_its_window_however_long_a_name_is_and_however_high_a_price() {
        demo.offerSomethingLong(LONG);
        for (int width : new int[] {360, 768, 1280}) {
            Visitor ada = visitor(new NewContextOptions().setViewportSize(width, 740));
            for (String path :
                    List.of("/", "/products", "/products?q=LONG", "/products/" + LONG, "/cart", "/nowhere")) {
                ada.to(path).seesItsWholeWidth();
            }
            ada.putsIntoTheCart(LONG, 2);
            ada.seesItsWholeWidth();
            Object drawer = ada.page()
                    .evaluate("(it => it.scrollWidth - it.clientWidth)(document.getElementById('cart-drawer'))");
            assertThat(drawer).isEqualTo(0);
            ada.to("/cart").seesItsWholeWidth();
            ada.press("Check out");
            ada.arrivesAt("/checkout/");
            ada.tellsTheAddress();
            ada.seesItsWholeWidth();
            ada.press("Pay with the sandbox’s wallet");
            ada.arrivesAt("/orders/");
            ada.seesItsWholeWidth();
        }
    }

    @Test
    void what_is_bought_is_seen_before_the_card_on_a_phone_and_beside_it_all_on_a_desk() {
        Visitor ada = visitor(new NewContextOptions().setViewportSize(360, 740));
        ada.checksOut(BOOK);
        assertThat(top(ada, "#summary")).isBetween(top(ada, "#code"), top(ada, "#pay"));
        ada.page().setViewportSize(1280, 900);
        assertThat(top(ada, "#summary")).isLessThan(top(ada, "#email"));
    }

    private static double top(Visitor visitor, String place) {
        return visitor.page().locator(place).boundingBox().y;
    }

    @Test
    void every_page_is_accessible_in_the_light_and_in_the_dark() {
        for (ColorScheme colors : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            Visitor ada = visitor(new NewContextOptions().setColorScheme(colors));
            for (String path : List.of("/", "/products?q=zzz", "/products/" + MUG, "/cart", "/nowhere")) {
                ada.to(path);
                ada.findsItAccessible();
            }
            ada.putsIntoTheCart(MUG, 1);
            ada.findsItAccessible();
            ada.to("/cart").findsItAccessible();
            ada.press("Check out");
            ada.arrivesAt("/checkout/");
            ada.pays();
            assertThat(ada.page().locator("#email-wrong")).not().isEmpty();
            ada.findsItAccessible();
            ada.tellsTheAddress();
            ada.findsItAccessible();
            ada.press("Pay with the sandbox’s wallet");
            ada.arrivesAt("/orders/");
            ada.findsItAccessible();
        }
    }

    @Test
    void a_page_weighs_less_than_its_pictures() {
        Visitor ada = visitor();
        var bytes = new AtomicLong();
        ada.page().onRequestFinished(request -> {
            if (!request.resourceType().equals("image")) {
                bytes.addAndGet(request.sizes().responseBodySize);
            }
        });
        ada.to("/");
        ada.page().locator(".good-card").last().scrollIntoViewIfNeeded();
        assertThat(bytes.get()).isPositive().isLessThan(PAGE_BYTES_MAX);
    }
}
