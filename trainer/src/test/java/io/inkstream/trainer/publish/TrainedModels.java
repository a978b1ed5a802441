package io.inkstream.trainer.publish;

import io.inkstream.trainer.dataset.CharacterClasses;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Trained models for tests whose networks are mere bytes. */
final class TrainedModels {
    private TrainedModels() {}

    static TrainedModel over(String characters, int generatorBytes) {
        byte[] generator = new byte[generatorBytes];
        new Random(7).nextBytes(generator);
        return new TrainedModel(
                generator,
                new byte[] {1, 2, 3},
                Optional.of(new byte[] {4, 5}),
                Map.of("cas_ratio", 0.96, "note", "fine", "worst", List.of("a", "b")),
                new TrainedModel.Training(
                        characters, 32, 64, List.of("unipen", "emnist", "mine"), Map.of("seed", "1")));
    }

    static TrainedModel printableAscii(int generatorBytes) {
        return over(CharacterClasses.PRINTABLE_ASCII.characters(), generatorBytes);
    }
}
