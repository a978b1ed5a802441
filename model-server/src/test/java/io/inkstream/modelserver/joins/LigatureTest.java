package io.inkstream.modelserver.joins;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LigatureTest {
    private static final Ligature.Room ROOM = new Ligature.Room(2, 1);

    /** One place at a time and without a limit, no place is passed over. */
    @Property(tries = 500)
    void thatPlacesArePassedOverChangesNoChoice(@ForAll long seed, @ForAll Exit.Kind kind) {
        Random random = new Random(seed);
        Exit exit = new Exit(kind, point(random, 0), direction(random), false, List.of());
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            entries.add(new Entry(point(random, .4), direction(random), random.nextInt(4) * .2, random.nextBoolean()));
        }
        double most = 2 * random.nextDouble();
        Ligature wanted = null;
        for (Entry entry : entries) {
            Ligature one = Ligature.best(exit, List.of(entry), .1, ROOM, Double.POSITIVE_INFINITY);
            if (one != null && one.cost() <= most && (wanted == null || one.cost() < wanted.cost())) {
                wanted = one;
            }
        }

        Ligature best = Ligature.best(exit, entries, .1, ROOM, most);

        if (wanted == null) {
            assertThat(best == null || best.cost() > most).isTrue();
        } else {
            assertThat(best.cost()).isEqualTo(wanted.cost());
            assertThat(best.line()).isEqualTo(wanted.line());
        }
    }

    private static Vector point(Random random, double right) {
        return new Vector(right + .5 * random.nextDouble(), -random.nextDouble());
    }

    private static Vector direction(Random random) {
        return Vector.unit(random.nextDouble(), random.nextDouble() - .5);
    }
}
