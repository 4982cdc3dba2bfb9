package holdfast.api;

import static holdfast.api.BadRequest.Refused.ANY_FIELD;
import static holdfast.api.BadRequest.Refused.as;
import static holdfast.api.BadRequest.Refused.forCard;
import static holdfast.api.BadRequest.Refused.naming;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import holdfast.api.OpenApi.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Bodies that are no JSON object in UTF-8, that are one in a way that we do not accept, or that claim to be
/// something else.
final class BadBodies {

    private final List<BadRequest> bad = new ArrayList<>();
    private final Sample good;
    private final String body;
    private final String firstField;

    private BadBodies(Operation operation) {
        this.good = Sample.of(operation);
        this.body = new String(good.body(), UTF_8);
        this.firstField = body.substring(2, body.indexOf('"', 2));
    }

    static List<BadRequest> of(Operation operation) {
        var bodies = new BadBodies(operation);
        bodies.noObject();
        bodies.noJson();
        bodies.notAsWeLikeIt();
        bodies.noUtf8();
        bodies.tooLarge();
        bodies.anotherMediaType();
        bodies.cards();
        return bodies.bad;
    }

    private void noObject() {
        if (good.operation().needsBody()) add("no body", good.with("").as(""), naming(ANY_FIELD));
        for (String other : List.of("null", "true", "7", "\"x\"", "[]", "[" + body + "]")) {
            add("the body " + other, good.with(other), naming("body"));
        }
    }

    private void noJson() {
        for (String broken : List.of(
                "{",
                "{]",
                body + "}",
                body + body,
                body + "x",
                body.substring(0, body.length() - 1),
                "{'a':1}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":tru}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\u0001\"}",
                "/**/" + body,
                "\ufeff" + body,
                "\u0000")) {
            add("the body " + broken, good.with(broken), naming(ANY_FIELD).because("malformed", "required"));
        }
    }

    private void notAsWeLikeIt() {
        String nested = "{\"%s\":%s%s}";
        add(
                "a field twice",
                good.with("{\"%s\":0,%s".formatted(firstField, body.substring(1))),
                naming(firstField).because("duplicate"));
        add("a name with NUL", good.with("{\"a\\u0000\":1," + body.substring(1)), naming(ANY_FIELD));
        add(
                "33 levels",
                good.with(nested.formatted(firstField, "[".repeat(32), "]".repeat(32))),
                naming(firstField).because("malformed"));
        add(
                "100,000 levels",
                good.with(nested.formatted(firstField, "[".repeat(100_000), "]".repeat(100_000))),
                naming(firstField).because("malformed"));
        add(
                "40,000 levels of objects",
                good.with("{\"a\":".repeat(40_000) + "1" + "}".repeat(40_000)),
                naming("a").because("malformed"));
        add(
                "a number of 100,000 digits",
                good.with("{\"%s\":%s}".formatted(firstField, "1".repeat(100_000))),
                naming(firstField));
        String surprises = IntStream.range(0, 5_000)
                .mapToObj(i -> ",\"surprise" + i + "\":0")
                .collect(joining());
        add(
                "5,000 surprises",
                good.with(body.substring(0, body.length() - 1) + surprises + "}"),
                naming("surprise").because("unknown_field"));
    }

    private void noUtf8() {
        var broken = naming("body").because("malformed");
        add("UTF-16", good.with(body.getBytes(UTF_16)), broken);
        add("UTF-16 without a mark", good.with(body.getBytes(UTF_16LE)), broken);
        for (String bytes :
                List.of("\u00c3(", "\u00ed\u00a0\u0080", "\u00c0\u0080", "\u00f5\u0080\u0080\u0080", "\u00e9")) {
            add("malformed UTF-8", good.with(("{\"a\":\"" + bytes + "\"}").getBytes(ISO_8859_1)), broken);
        }
    }

    private void tooLarge() {
        var tooLarge = as(413, "body_too_large");
        add("256 KiB and a byte", good.with(body + " ".repeat(Body.JSON_BYTES_MAX + 1 - good.body().length)), tooLarge);
        add("4 MiB", good.with("[".repeat(4 << 20)), tooLarge);
    }

    private void anotherMediaType() {
        for (String type : List.of(
                "",
                "nonsense",
                "*/*",
                "text/plain",
                "text/csv",
                "text/json",
                "application/jsonx",
                "application/xml",
                "application/merge-patch+json",
                "application/x-www-form-urlencoded",
                "application/json; charset=iso-8859-1",
                "multipart/form-data; boundary=x")) {
            add("as " + type, good.as(type), as(415, "unsupported_media_type"));
        }
    }

    private void cards() {
        for (String card : BadValues.CARDS) {
            add("a card number as a name", good.with("{\"" + card + "\":1}"), forCard("body"));
        }
        String card = BadValues.CARDS.getFirst();
        add("a card number before the JSON breaks", good.with("{\"note\":\"" + card + "\","), forCard("note"));
        add("a card number in an unknown list", good.with("{\"a\":[{\"b\":[" + card + "]}]}"), forCard("a[0].b[0]"));
        add("an escaped card number", good.with("{\"note\":\"\\u0034" + card.substring(1) + "\"}"), forCard("note"));
    }

    private void add(String what, Sample request, BadRequest.Refused as) {
        bad.add(new BadRequest(what, request, as));
    }
}
