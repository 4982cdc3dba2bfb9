package holdfast.drill;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.Sku;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SetUpShopTest {

    @Test
    void every_piece_of_opening_stock_is_in_one_warehouse() {
        assertThat(LongStream.rangeClosed(1, 500)).allSatisfy(pieces -> {
            List<Long> shares = SetUpShop.split(Sku.of("10101-" + pieces), pieces);
            assertThat(shares).hasSize(3);
            assertThat(shares.stream().mapToLong(Long::longValue).sum()).isEqualTo(pieces);
        });
    }

    @Test
    void some_products_are_kept_in_several_warehouses_and_each_warehouse_keeps_something() {
        List<List<Long>> shares = IntStream.range(0, 200)
                .mapToObj(code -> SetUpShop.split(Sku.of(10_000 + code + "-1.25"), 10))
                .toList();

        assertThat(shares)
                .contains(List.of(10L, 0L, 0L), List.of(0L, 10L, 0L), List.of(0L, 0L, 10L), List.of(5L, 3L, 2L));
    }

    @Test
    void the_same_sku_is_always_kept_in_the_same_way() {
        assertThat(SetUpShop.split(Sku.of("85123A-2.55"), 64)).isEqualTo(SetUpShop.split(Sku.of("85123A-2.55"), 64));
    }
}
