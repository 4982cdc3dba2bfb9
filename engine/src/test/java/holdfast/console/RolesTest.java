package holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.access.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Who may have which page and send which form: every row of the console's table, asked by everyone.
class RolesTest {

    private static final String MATRIX = """
            GET  /console                            viewer
            GET  /console/figures                    viewer
            GET  /console/orders                     viewer
            GET  /console/orders/{id}                viewer
            POST /console/orders/{id}/ship           staff
            POST /console/orders/{id}/delivered      staff
            POST /console/orders/{id}/cancel         staff
            POST /console/orders/{id}/refund         staff
            GET  /console/inventory                  viewer
            GET  /console/inventory/of/{sku}         viewer
            POST /console/inventory/of/{sku}/adjust  staff
            POST /console/inventory/of/{sku}/receive staff
            POST /console/inventory/of/{sku}/transfer staff
            POST /console/inventory/of/{sku}/sale    staff
            POST /console/inventory/of/{sku}/end-sale staff
            GET  /console/inventory/export           viewer
            GET  /console/inventory/import           staff
            POST /console/inventory/import/preview   staff
            POST /console/inventory/import           staff
            GET  /console/discounts                  viewer
            POST /console/discounts                  staff
            POST /console/discounts/delete           staff
            GET  /console/work                       viewer
            GET  /console/payments/{id}              viewer
            POST /console/payments/{id}/retry        staff
            POST /console/payments/{id}/resolve      staff
            POST /console/webhooks/retry             staff
            GET  /console/checks                     viewer
            POST /console/checks/reconcile           staff
            POST /console/checks/audit               staff
            GET  /console/keys                       admin
            POST /console/keys                       admin
            POST /console/keys/revoke                admin
            GET  /console/staff                      admin
            POST /console/staff                      admin
            POST /console/staff/{id}                 admin
            POST /console/staff/{id}/password        admin
            GET  /console/me                         viewer
            POST /console/me                         viewer
            GET  /console/log                        admin
            GET  /console/settings                   admin
            """;

    private static final String NOBODYS = "0199f0a1-2b3c-7d4e-8f5a-6b7c8d9e0f1a";
    private static final ConsoleShop SHOP = new ConsoleShop();

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void the_table_is_what_is_written_here() {
        assertThat(SHOP.shop().console().screens().stream()
                        .map(screen -> "%-4s %-35s %s"
                                .formatted(
                                        screen.method(),
                                        screen.path(),
                                        screen.role().code()))
                        .toList())
                .map(row -> row.replaceAll(" +", " "))
                .containsExactlyElementsOf(
                        MATRIX.lines().map(row -> row.replaceAll(" +", " ")).toList());
    }

    @Test
    void everyone_gets_as_far_as_they_may() {
        Map<Role, Browser> browsers = new LinkedHashMap<>();
        for (Role role : Role.values()) browsers.put(role, SHOP.as(role));
        List<String> wrong = new ArrayList<>();
        for (Screen screen : SHOP.shop().console().screens()) {
            browsers.forEach((role, browser) -> {
                int status = ask(browser, screen);
                boolean isIn = status != 403;
                if (isIn != role.includes(screen.role()) || status >= 500) {
                    wrong.add(role + " " + screen.method() + " " + screen.path() + " -> " + status);
                }
            });
        }
        assertThat(wrong).isEmpty();
    }

    /// With a form that is one of ours, and says nothing.
    private static int ask(Browser browser, Screen screen) {
        String path = screen.path().replace("{id}", NOBODYS).replace("{sku}", "NOTHING");
        if (screen.method().equals("GET")) return browser.peek(path).status();
        if (screen.path().equals("/console/me")) return 303;
        browser.get("/console/me");
        Map<String, String> form = browser.hidden("/console/me");
        return browser.post(path, form).status();
    }

    @Test
    void nobody_gets_anywhere_but_to_where_they_sign_in() {
        Browser stranger = SHOP.stranger();
        for (Screen screen : SHOP.shop().console().screens()) {
            String path = screen.path().replace("{id}", NOBODYS).replace("{sku}", "MUG");
            Browser.Page page = screen.method().equals("GET") ? stranger.peek(path) : stranger.post(path, Map.of());
            assertThat(page.status()).as(screen.path()).isEqualTo(303);
            assertThat(page.to()).isEqualTo("/console/login");
        }
    }

    @Test
    void what_changes_something_stands_in_the_audit_log() {
        assertThat(SHOP.shop().console().screens())
                .filteredOn(screen -> screen.method().equals("POST") && screen.deed() == null)
                .extracting(Screen::path)
                .containsExactly("/console/inventory/import/preview", "/console/checks/audit");
    }

    @Test
    void a_form_from_elsewhere_does_nothing() {
        Browser staff = SHOP.as(Role.STAFF);
        staff.get("/console/inventory/of/MUG");
        String receive = "/console/inventory/of/MUG/receive";
        var form = staff.hidden(receive);
        form.putAll(Map.of("warehouse", "LON", "pieces", "5", "reason", "Delivery"));

        staff.comeFrom("cross-site");
        assertThat(staff.post(receive, form).status()).isEqualTo(403);
        staff.comeFrom("same-site");
        assertThat(staff.post(receive, form).status()).isEqualTo(403);
        staff.comeFrom("same-origin");
        var without = new LinkedHashMap<>(form);
        without.remove("csrf");
        assertThat(staff.post(receive, without).status()).isEqualTo(403);
        Browser other = SHOP.as(Role.ADMIN);
        other.get("/console/me");
        var foreign = new LinkedHashMap<>(form);
        foreign.put("csrf", other.hidden("/console/me").get("csrf"));
        assertThat(staff.post(receive, foreign).status()).isEqualTo(403);
        assertThat(SHOP.logged("stock.received", "MUG")).isZero();

        assertThat(staff.post(receive, form).status()).isEqualTo(303);
        assertThat(SHOP.logged("stock.received", "MUG")).isEqualTo(1);
    }

    @Test
    void no_link_leads_nowhere() {
        SHOP.order(2);
        Browser admin = SHOP.as(Role.ADMIN);
        var seen = new LinkedHashSet<String>();
        var left = new ArrayDeque<String>(List.of(Console.HOME));
        while (!left.isEmpty() && seen.size() < 60) {
            String path = left.remove();
            if (!seen.add(path)) continue;
            Browser.Page page = admin.get(path);
            assertThat(page.status()).as(path).isEqualTo(200);
            left.addAll(page.links());
        }
        assertThat(seen).hasSizeGreaterThan(12);
    }
}
