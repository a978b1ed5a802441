package io.inkstream.ops.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.stack.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultTest {
    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

    @Test
    void theSameSeedGivesTheSameFaultsAndAnotherOneOthers() {
        List<Fault> script = Fault.script(7, 50, ALL, Shape.TWO_OF_EVERYTHING);

        assertThat(Fault.script(7, 50, ALL, Shape.TWO_OF_EVERYTHING)).isEqualTo(script);
        assertThat(Fault.script(8, 50, ALL, Shape.TWO_OF_EVERYTHING)).isNotEqualTo(script);
    }

    @Test
    void everyKindComesOnceBeforeOneComesAgain() {
        List<Fault> script = Fault.script(1, 2 * ALL.size(), ALL, Shape.TWO_OF_EVERYTHING);

        assertThat(script.subList(0, ALL.size())).extracting(Fault::kind).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(script.subList(ALL.size(), 2 * ALL.size()))
                .extracting(Fault::kind)
                .containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void everyVictimIsThereAndIsMeant() {
        assertThat(Fault.script(1, 200, ALL, Shape.TWO_OF_EVERYTHING)).allSatisfy(fault -> {
            assertThat(fault.victim().part()).isEqualTo(fault.kind().part());
            assertThat(Shape.TWO_OF_EVERYTHING.members()).contains(fault.victim());
        });
    }

    @Test
    void kindsAreFoundByTheirNames() {
        assertThat(ALL)
                .allSatisfy(kind -> assertThat(FaultKind.of(kind.label())).contains(kind));
        assertThat(FaultKind.of("earthquake")).isEmpty();
    }
}
