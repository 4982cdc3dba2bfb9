package holdfast.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Has a shop compare its payments with what its providers have, and tells what came of it.
public final class ProviderComparison {

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration GIVE_UP_AFTER = Duration.ofHours(2);

    private final ShopClient shop;
    private final Audience audience;

    private ProviderComparison(ShopClient shop, Audience audience) {
        this.shop = shop;
        this.audience = audience;
    }

    /// Compares all payments that began since a moment.
    ///
    /// @param key a secret key with the scope `admin`
    /// @return whether both sides say the same now, or are about to
    public static boolean run(URI server, String key, Instant since, Audience audience) {
        try (var shop = new ShopClient(server, key)) {
            return new ProviderComparison(shop, audience).run(since);
        }
    }

    private boolean run(Instant since) {
        JsonNode begun =
                told(shop.post("/v1/reconciliations", UUID.randomUUID().toString(), Map.of("since", since.toString())));
        List<JsonNode> ended = new ArrayList<>();
        for (JsonNode one : begun.path("data")) ended.add(ended(one.path("id").asText()));
        audience.out()
                .printf(
                        "%-10s %9s %9s %10s %9s %12s%n",
                        "gateway", "checked", "agree", "under way", "resolved", "unexplained");
        ended.forEach(this::printRow);
        ended.forEach(this::printFindings);
        boolean clean =
                ended.stream().allMatch(one -> one.path("status").asText().equals("clean"));
        audience.out().println(clean ? "Both sides agree." : "The sides do not agree.");
        return clean;
    }

    private JsonNode ended(String id) {
        long deadline = System.nanoTime() + GIVE_UP_AFTER.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode one = told(shop.get("/v1/reconciliations/" + id));
            if (!one.path("status").asText().equals("running")) return one;
            ShopClient.pause(LOOK_EVERY);
        }
        throw new DrillFailed("The comparison does not come to an end: see GET /v1/reconciliations/" + id);
    }

    private void printRow(JsonNode one) {
        long resolved = findings(one).stream()
                .filter(finding -> finding.path("resolved").asBoolean())
                .count();
        audience.out()
                .printf(
                        "%-10s %,9d %,9d %,10d %,9d %,12d%n",
                        one.path("gateway").asText(),
                        one.path("checked").asLong(),
                        one.path("agreed").asLong(),
                        one.path("underway").asLong(),
                        resolved,
                        findings(one).size() - resolved);
    }

    private void printFindings(JsonNode one) {
        for (JsonNode finding : findings(one)) {
            audience.out()
                    .printf(
                            "%s %s: %s%n",
                            finding.path("resolved").asBoolean() ? "resolved   " : "unexplained",
                            finding.path("reference").asText(),
                            finding.path("detail").asText());
        }
        String incomplete = one.path("incomplete").asText();
        if (!incomplete.isEmpty()) {
            audience.out().printf("incomplete  %s: %s%n", one.path("gateway").asText(), incomplete);
        }
    }

    private static List<JsonNode> findings(JsonNode one) {
        List<JsonNode> findings = new ArrayList<>();
        one.path("findings").forEach(findings::add);
        return findings;
    }

    private static JsonNode told(Answer answer) {
        if (!answer.isSuccess()) throw new DrillFailed("The shop does not compare its payments: " + answer.problem());
        return answer.body();
    }
}
