package io.inkstream.modelserver.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.ModelState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VersionStateTest {
    private static final List<VersionState> WAY_UP = List.of(
            VersionState.ANNOUNCED,
            VersionState.DOWNLOADING,
            VersionState.VERIFYING,
            VersionState.WARMING,
            VersionState.CANARY,
            VersionState.READY);

    @Test
    void theWayUpHasNoShortCut() {
        for (VersionState from : WAY_UP) {
            for (VersionState to : WAY_UP) {
                assertThat(from.mayBecome(to))
                        .as("%s to %s", from, to)
                        .isEqualTo(WAY_UP.indexOf(to) == WAY_UP.indexOf(from) + 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(VersionState.class)
    void anythingButTheEndMayBeUnloadedAndTheEndIsTheEnd(VersionState state) {
        assertThat(state.mayBecome(VersionState.UNLOADED)).isEqualTo(state != VersionState.UNLOADED);
        assertThat(state.mayBecome(state)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(VersionState.class)
    void onlyWhatIsStillCheckedMayBeRejected(VersionState state) {
        boolean isChecked = WAY_UP.contains(state) && state != VersionState.READY;
        assertThat(state.mayBecome(VersionState.REJECTED)).isEqualTo(isChecked || state == VersionState.FAILED);
    }

    @ParameterizedTest
    @EnumSource(VersionState.class)
    void whatIsOnItsWayMayFailAndWhatFailedBeginsAgain(VersionState state) {
        boolean isOnItsWay = WAY_UP.contains(state) && state != VersionState.READY && state != VersionState.ANNOUNCED;
        assertThat(state.mayBecome(VersionState.FAILED)).isEqualTo(isOnItsWay);
        if (WAY_UP.contains(state)) {
            assertThat(VersionState.FAILED.mayBecome(state)).isEqualTo(state == VersionState.DOWNLOADING);
        }
    }

    @ParameterizedTest
    @EnumSource(VersionState.class)
    void everyStateHasItsWordOnTheTopic(VersionState state) {
        assertThat(state.onTopic()).isEqualTo(ModelState.valueOf(state.name()));
    }
}
