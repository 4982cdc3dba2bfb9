package holdfast.drill;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The ISO 3166-1 code of a country, by the name that the retailer writes.
final class Countries {

    private static final Map<String, String> BY_NAME = new HashMap<>();

    static {
        for (String code : Locale.getISOCountries()) {
            BY_NAME.put(Locale.of("", code).getDisplayCountry(Locale.ENGLISH), code);
        }
        BY_NAME.put("EIRE", "IE");
        BY_NAME.put("USA", "US");
        BY_NAME.put("RSA", "ZA");
        BY_NAME.put("Korea", "KR");
        BY_NAME.put("Czech Republic", "CZ");
        BY_NAME.put("Hong Kong", "HK");
        BY_NAME.put("Channel Islands", "JE"); // no country of its own: its largest island
        BY_NAME.put("West Indies", "JM"); // the same
        BY_NAME.put("European Community", "BE"); // its seat
        BY_NAME.put("Unspecified", "GB"); // the shop's own
    }

    private Countries() {}

    static Optional<String> code(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
