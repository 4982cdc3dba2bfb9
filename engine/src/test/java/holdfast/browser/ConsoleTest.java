package holdfast.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import holdfast.access.AuditLog;
import holdfast.access.StaffMembers;
import holdfast.app.RunningDemo;
import holdfast.kernel.Email;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The console in a real browser, as the staff meet it.
@Tag("slow")
class ConsoleTest {

    private static final String EMAIL = "ada@example.com";
    private static final String PASSWORD = "correct horse battery";
    private static final JsonMapper JSON = new JsonMapper();

    private static final String TABLES_CUT_OFF = """
            [...document.querySelectorAll(".table-wrap")].filter((it) => it.scrollWidth > it.clientWidth).length
            """;

    private static final List<String> PAGES = List.of(
            "/console",
            "/console/orders",
            "/console/inventory",
            "/console/inventory/of/MUG-STO-MOS",
            "/console/inventory/import",
            "/console/discounts",
            "/console/work",
            "/console/checks",
            "/console/keys",
            "/console/staff",
            "/console/log",
            "/console/settings",
            "/console/me");

    private static RunningDemo demo;

    @RegisterExtension
    final Visitors visitors = new Visitors();

    @BeforeAll
    static void open() {
        demo = new RunningDemo();
        demo.database()
                .transact(tx -> new StaffMembers(new AuditLog())
                        .adopt(tx, "Ada, who looks after the shop", Email.of(EMAIL), PASSWORD));
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    private Visitor staff(NewContextOptions options) {
        Visitor ada = visitors.welcome(Visitor.with(demo.url(), options));
        ada.to("/console");
        ada.page().getByLabel("E-mail address").fill(EMAIL);
        ada.page().getByLabel("Password").fill(PASSWORD);
        ada.press("Sign in");
        ada.page().waitForURL("**/console");
        return ada;
    }

    private Visitor staff() {
        return staff(new NewContextOptions().setViewportSize(1280, 900));
    }

    /// The path of an order of three mugs in the console.
    private static String order() {
        return order("MUG-STO-MOS");
    }

    /// The path of an order of three of these.
    private static String order(String sku) {
        JsonNode checkout = JSON.readTree(demo.api("POST", "/v1/checkouts", """
                {"line_items": [{"sku": "%s", "quantity": 3}], "currency": "USD", "email": "bob@example.com",
                 "shipping_address": {"name": "Bob", "line1": "12 Orchard Street", "city": "New York", "region": "NY",
                   "postal_code": "10002", "country": "US"}}""".formatted(sku)));
        JsonNode completed = JSON.readTree(demo.api(
                "POST",
                "/v1/checkouts/" + checkout.path("id").asString() + "/complete",
                "{\"payment\": {\"token\": \"pm_card_visa\"}, \"expected_total\": " + checkout.at("/totals/total")
                        + "}"));
        return "/console/orders/" + completed.at("/order/id").asString();
    }

    @Test
    void at_twice_the_size_the_page_has_the_window_to_itself() {
        Visitor ada = staff(new NewContextOptions().setViewportSize(640, 400));
        for (String path : PAGES) ada.to(path).seesItsWholeWidth();
        ada.to("/console/inventory");
        ada.page().evaluate("window.scrollTo(0, 300)");
        assertThat(ada.page().locator("header").boundingBox().y).isEqualTo(-300);
    }

    @Test
    void an_order_is_shipped_and_partly_refunded() {
        String order = order();
        Visitor ada = staff();
        ada.to(order);
        ada.page().locator("#ship input[name=line_1]").fill("2");
        ada.page().getByLabel("Carrier").fill("UPS");
        ada.page().getByLabel("Tracking number").fill("1Z9R5W690312345672");
        ada.press("Ship these");
        assertThat(ada.page().locator("[data-flash]")).hasText("2 pieces are on the way with UPS.");
        assertThat(ada.page().locator("h1 + .badge")).hasText("Partially shipped");

        ada.page().getByText("By amount").click();
        ada.page().getByLabel("Amount in USD").fill("2.50");
        ada.page().locator("#reason-amount").fill("A scratch");
        ada.page().getByText("Refund this amount").dblclick();
        assertThat(ada.page().locator("#main")).containsText("$2.50");
        ada.to(order);
        assertThat(ada.page().locator("section[aria-labelledby=refunds] li")).hasCount(1);
    }

    @Test
    void all_of_it_is_done_by_keyboard_alone() {
        String order = order();
        Visitor ada = visitors.welcome(Visitor.at(demo.url()));
        Page page = ada.to("/console").page();
        page.keyboard().type(EMAIL);
        page.keyboard().press("Tab");
        page.keyboard().type(PASSWORD);
        page.keyboard().press("Enter");
        page.waitForURL("**/console");
        page.keyboard().press("Tab");
        assertThat(page.locator(":focus")).hasText("Skip to the content");
        page.keyboard().press("Enter");
        assertThat(page.locator("#main")).isFocused();

        page.navigate(demo.url().resolve(order).toString());
        page.locator("#carrier").focus();
        page.keyboard().type("DHL");
        page.keyboard().press("Tab");
        page.keyboard().type("JD014600003");
        page.keyboard().press("Enter");
        assertThat(page.locator("[data-flash]")).isFocused();
        assertThat(page.locator("[data-flash]")).hasText("3 pieces are on the way with DHL.");
    }

    @Test
    void every_page_is_for_everybody_in_the_light_and_in_the_dark_on_a_desk_and_on_a_phone() {
        String order = order();
        for (ColorScheme colors : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            Visitor ada = staff(new NewContextOptions().setColorScheme(colors).setViewportSize(390, 844));
            var paths = new ArrayList<>(PAGES);
            paths.add(order);
            for (String path : paths) {
                ada.to(path).findsItAccessible();
                ada.seesItsWholeWidth();
            }
        }
    }

    @Test
    void a_small_window_cuts_off_nothing_however_long_a_name_is_and_however_high_a_price() {
        demo.offerSomethingLong("LONG-CONSOLE");
        String order = order("LONG-CONSOLE");
        demo.api("POST", order.replace("/console", "/v1") + "/fulfillments", """
                {"carrier": "%s", "tracking_number": "%s"}""".formatted(
                        "Fracht".repeat(10), "1234567890".repeat(5)));
        Visitor ada = staff(new NewContextOptions().setViewportSize(360, 740));
        for (String path : List.of(
                order,
                "/console",
                "/console/orders",
                "/console/inventory?q=LONG",
                "/console/inventory/of/LONG-CONSOLE")) {
            ada.to(path).seesItsWholeWidth();
            assertThat(ada.page().locator(".labeled td[data-label]").first()).isVisible();
            Object cutOff = ada.page().evaluate(TABLES_CUT_OFF);
            assertThat(cutOff).as(path).isEqualTo(0);
        }
    }

    @Test
    void where_one_is_in_the_console_is_seen_on_a_phone() {
        Visitor ada = staff(new NewContextOptions().setViewportSize(360, 740));
        ada.to("/console/settings");
        assertThat(ada.page().locator(".desk-nav [aria-current]")).isInViewport();
    }

    @Test
    void a_file_is_looked_at_and_imported() {
        Visitor ada = staff();
        ada.to("/console/inventory/import");
        var file = new FilePayload(
                "products.csv",
                "text/csv",
                "sku,title,price,currency\nEGG-CUP,An egg cup,9.00,USD\nBAD,Bad,nine,USD\n"
                        .getBytes(StandardCharsets.UTF_8));
        ada.page().getByLabel("File").setInputFiles(file);
        assertThat(ada.page().locator("[data-outcome]")).containsText("1 good row, 1 bad one");
        ada.press("Import the good rows");
        assertThat(ada.page().locator("[data-outcome]")).containsText("1 product is imported");
    }
}
