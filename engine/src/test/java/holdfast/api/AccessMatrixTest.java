package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.OpenApi.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Who is let in where: every operation of the document, asked by everyone.
class AccessMatrixTest {

    /// `in` is whatever the operation itself has to say.
    private static final String MATRIX = """
            operation           nobody  unknown  browser  +stranger  +owner  stranger  owner  storefront  admin
            openCart            401     401      in       in         in      401       401    in          in
            getCart             401     401      404      404        in      404       in     in          in
            addCartItem         401     401      404      404        in      404       in     in          in
            setCartItem         401     401      404      404        in      404       in     in          in
            removeCartItem      401     401      404      404        in      404       in     in          in
            openCheckout        401     401      in       in         in      401       401    in          in
            openCheckout(cart)  401     401      400      400        in      400       in     in          in
            getCheckout         401     401      404      404        in      404       in     in          in
            updateCheckout      401     401      404      404        in      404       in     in          in
            completeCheckout    401     401      404      404        in      404       in     in          in
            cancelCheckout      401     401      404      404        in      404       in     in          in
            listOrders          401     401      403      403        403     401       401    403         in
            getOrder            401     401      404      404        in      404       in     in          in
            cancelOrder         401     401      404      404        in      404       in     in          in
            createFulfillment   401     401      403      403        403     401       401    403         in
            markDelivered       401     401      403      403        403     401       401    403         in
            createRefund        401     401      403      403        403     401       401    403         in
            listSagas           401     401      403      403        403     401       401    403         in
            getSaga             401     401      403      403        403     401       401    403         in
            retrySaga           401     401      403      403        403     401       401    403         in
            resolveSaga         401     401      403      403        403     401       401    403         in
            listProducts        in      in       in       in         in      in        in     in          in
            getProduct          in      in       in       in         in      in        in     in          in
            putProduct          401     401      403      403        403     401       401    403         in
            importProducts      401     401      403      403        403     401       401    403         in
            listWarehouses      401     401      403      403        403     401       401    403         in
            getWarehouse        401     401      403      403        403     401       401    403         in
            putWarehouse        401     401      403      403        403     401       401    403         in
            getStock            401     401      403      403        403     401       401    403         in
            adjustStock         401     401      403      403        403     401       401    403         in
            transferStock       401     401      403      403        403     401       401    403         in
            listHolds           401     401      403      403        403     401       401    403         in
            listTaxRates        401     401      403      403        403     401       401    403         in
            getTaxRate          401     401      403      403        403     401       401    403         in
            putTaxRate          401     401      403      403        403     401       401    403         in
            deleteTaxRate       401     401      403      403        403     401       401    403         in
            listShippingRates   401     401      403      403        403     401       401    403         in
            getShippingRate     401     401      403      403        403     401       401    403         in
            putShippingRate     401     401      403      403        403     401       401    403         in
            deleteShippingRate  401     401      403      403        403     401       401    403         in
            listDiscountCodes   401     401      403      403        403     401       401    403         in
            getDiscountCode     401     401      403      403        403     401       401    403         in
            putDiscountCode     401     401      403      403        403     401       401    403         in
            deleteDiscountCode  401     401      403      403        403     401       401    403         in
            listSales           401     401      403      403        403     401       401    403         in
            planSale            401     401      403      403        403     401       401    403         in
            endSale             401     401      403      403        403     401       401    403         in
            receiveWebhook      in      in       in       in         in      in        in     in          in
            listWebhooks        401     401      403      403        403     401       401    403         in
            retryWebhook        401     401      403      403        403     401       401    403         in
            listReconciliations 401     401      403      403        403     401       401    403         in
            reconcilePayments   401     401      403      403        403     401       401    403         in
            getReconciliation   401     401      403      403        403     401       401    403         in
            listApiKeys         401     401      403      403        403     401       401    403         in
            createApiKey        401     401      403      403        403     401       401    403         in
            deleteApiKey        401     401      403      403        403     401       401    403         in
            listAuditLog        401     401      403      403        403     401       401    403         in
            listenToEvents      401     401      403      403        403     401       401    403         in
            getHealth           in      in       in       in         in      in        in     in          in
            getReadiness        in      in       in       in         in      in        in     in          in
            getMetrics          in      in       in       in         in      in        in     in          in
            getOpenApi          in      in       in       in         in      in        in     in          in
            getProblem          in      in       in       in         in      in        in     in          in
            """;

    private static final List<String> ROWS = MATRIX.lines().toList();
    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final ExampleShop SHOP = new ExampleShop();
    private static final String STRANGER = SHOP.asStranger();

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void everyone_gets_as_far_as_they_may() {
        var asked = new ArrayList<String>();
        asked.add(ROWS.getFirst());
        ROWS.stream().skip(1).forEach(row -> asked.add(asked(row.substring(0, row.indexOf(' ')))));
        assertThat(String.join("\n", asked)).isEqualTo(MATRIX.strip());
    }

    /// A row as it really is.
    private static String asked(String name) {
        Operation operation = OpenApi.DOCUMENT.operation(name.replace("(cart)", ""));
        Sample sample = name.endsWith("(cart)")
                ? Sample.of(
                        operation, requireNonNull(operation.requestExamples().get("from_cart")))
                : Sample.of(operation);
        var row = new StringBuilder(name);
        WORD.matcher(ROWS.getFirst()).results().skip(1).forEach(caller -> {
            row.repeat(' ', caller.start() - row.length());
            row.append(outcome(SHOP.send(sample, credentials(caller.group(), sample))));
        });
        return row.toString();
    }

    private static String[] credentials(String caller, Sample sample) {
        return switch (caller) {
            case "nobody" -> new String[] {};
            case "unknown" -> new String[] {"Authorization: Bearer hf_sk_" + "x".repeat(43)};
            case "browser" -> new String[] {SHOP.asBrowser()};
            case "+stranger" -> new String[] {SHOP.asBrowser(), STRANGER};
            case "+owner" -> new String[] {SHOP.asBrowser(), SHOP.asOwner(sample)};
            case "stranger" -> new String[] {STRANGER};
            case "owner" -> new String[] {SHOP.asOwner(sample)};
            case "storefront" -> new String[] {SHOP.asStorefront()};
            case "admin" -> new String[] {SHOP.asAdmin()};
            default -> throw new IllegalArgumentException(caller);
        };
    }

    private static String outcome(Contract.Answer answer) {
        boolean isKeptOut = switch (answer.status()) {
            case 401, 403, 404 -> true;
            case 400 -> new String(answer.body(), UTF_8).contains("\"field\":\"cart_id\",\"code\":\"unknown\"");
            default -> false;
        };
        return isKeptOut ? String.valueOf(answer.status()) : "in";
    }

    @Test
    void the_matrix_is_what_the_document_says() {
        // Who may open a checkout depends on what it is opened from.
        assertThat(ROWS.stream().skip(1).filter(row -> !row.startsWith("openCheckout")))
                .map(row -> row.replaceAll(" +", " "))
                .containsExactlyElementsOf(OpenApi.DOCUMENT.operations().stream()
                        .filter(operation -> !operation.id().equals("openCheckout"))
                        .map(AccessMatrixTest::documented)
                        .toList());
    }

    private static String documented(Operation operation) {
        List<Set<String>> ways = operation.security();
        if (ways.isEmpty()) return operation.id() + " in".repeat(9);
        boolean isOwned = ways.contains(Set.of("clientSecret"));
        boolean isForKeys = ways.contains(Set.of("publishableKey"));
        String browser = isForKeys ? "in" : isOwned ? "404" : "403";
        String owningBrowser = isForKeys || ways.contains(Set.of("publishableKey", "clientSecret")) ? "in" : "403";
        String stranger = isOwned ? "404" : "401";
        String owner = isOwned ? "in" : "401";
        String storefront = ways.contains(Set.of("secretKey:storefront")) ? "in" : "403";
        return String.join(
                " ", operation.id(), "401", "401", browser, browser, owningBrowser, stranger, owner, storefront, "in");
    }
}
