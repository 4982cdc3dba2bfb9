package holdfast.browser;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.options.ColorScheme;
import holdfast.Repository;
import holdfast.access.AuditLog;
import holdfast.access.StaffMembers;
import holdfast.app.RunningDemo;
import holdfast.kernel.Email;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Takes the console's pictures of `docs/screens`; no test of the suite, but a command:
/// `-Dtest=ConsoleScreens`.
class ConsoleScreens {

    private static final Path FOLDER = Repository.ROOT.resolve("docs/screens");
    private static final String EMAIL = "ada@example.com";
    private static final String PASSWORD = "correct horse battery";
    private static final JsonMapper JSON = new JsonMapper();

    private static final List<String> SKUS = List.of("MUG-STO-MOS", "BOOK-LOAF", "MUG-STO-RUS", "JUG-STO-MID");

    private static final List<String> SHOPPERS = List.of(
            "ada@example.com",
            "grace@example.com",
            "maria-theresia.von.hohenlohe-waldenburg@a-very-long-name.example.com",
            "li.wei@example.com");

    /// A window, and how it is called.
    private record Window(String name, int width, int height) {}

    @Test
    void the_console_in_the_light_and_in_the_dark() {
        try (var demo = new RunningDemo()) {
            demo.database()
                    .transact(tx -> new StaffMembers(new AuditLog()).adopt(tx, "Ada", Email.of(EMAIL), PASSWORD));
            String order = busy(demo);
            for (Window window : List.of(new Window("desk", 1280, 900), new Window("phone", 390, 844))) {
                for (ColorScheme colors : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                    var options =
                            new NewContextOptions().setColorScheme(colors).setViewportSize(window.width, window.height);
                    String suffix = "-" + window.name + "-" + colors.name().toLowerCase(Locale.ROOT) + ".png";
                    try (Visitor ada = Visitor.with(demo.url(), options)) {
                        take(ada, order, suffix);
                    }
                }
            }
        }
    }

    private static void take(Visitor ada, String order, String suffix) {
        ada.to("/console").picture(FOLDER.resolve("console-login" + suffix));
        ada.page().getByLabel("E-mail address").fill(EMAIL);
        ada.page().getByLabel("Password").fill(PASSWORD);
        ada.press("Sign in");
        ada.page().waitForURL("**/console");
        ada.picture(FOLDER.resolve("console-now" + suffix));
        ada.to("/console/orders").picture(FOLDER.resolve("console-orders" + suffix));
        ada.to("/console/orders/" + order).picture(FOLDER.resolve("console-order" + suffix));
        ada.to("/console/inventory/of/MUG-STO-MOS").picture(FOLDER.resolve("console-inventory" + suffix));
        ada.to("/console/checks").picture(FOLDER.resolve("console-checks" + suffix));
        ada.to("/console/log").picture(FOLDER.resolve("console-log" + suffix));
    }

    /// Has a dozen orders, in all states; returns one that is to be shipped.
    private static String busy(RunningDemo demo) {
        var orders = new ArrayList<String>();
        for (int i = 0; i < 14; i++) {
            JsonNode checkout = JSON.readTree(demo.api("POST", "/v1/checkouts", """
                    {"line_items": [{"sku": "%s", "quantity": %d}, {"sku": "%s", "quantity": 1}], "currency": "USD",
                     "email": "%s", "shipping_address": {"name": "A shopper", "line1": "12 Orchard Street",
                       "city": "New York", "region": "NY", "postal_code": "10002", "country": "US"}}""".formatted(
                            SKUS.get(i % 2), 1 + i % 3, SKUS.get(2 + i % 2), SHOPPERS.get(i % SHOPPERS.size()))));
            if (i % 7 == 3) continue; // They are still thinking about it.
            String completed = demo.api(
                    "POST",
                    "/v1/checkouts/" + checkout.path("id").asString() + "/complete",
                    "{\"payment\": {\"token\": \"pm_card_visa\"}, \"expected_total\": " + checkout.at("/totals/total")
                            + "}");
            orders.add(JSON.readTree(completed).at("/order/id").asString());
        }
        for (int i = 0; i < orders.size() - 1; i++) {
            String order = "/v1/orders/" + orders.get(i);
            if (i % 3 == 0) {
                demo.api("POST", order + "/fulfillments", """
                        {"carrier": "UPS", "tracking_number": "1Z9R5W690312345672"}""");
            }
            if (i % 4 == 1) {
                demo.api("POST", order + "/refunds", """
                        {"amount": {"amount": 250, "currency": "USD"}, "reason": "A scratch"}""");
            }
        }
        return orders.getLast();
    }
}
