package io.inkstream.trainer;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.export.OnnxExport;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.publish.BundleMaker;
import io.inkstream.trainer.publish.TrainedModel;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes models that have learnt nothing: enough to see that the parts fit. */
public final class Untrained {
    private Untrained() {}

    /** Returns a bundle {@code untrained:1} of networks of the usual shapes. */
    public static ModelBundle bundle(String characters, Map<String, String> provenance) {
        GeneratorShape shape =
                GeneratorShape.standard(Graphemes.split(characters).size());
        TrainedModel.Training training =
                new TrainedModel.Training(characters, shape.style(), shape.noise(), List.of("mine"), provenance);
        byte[] generator = OnnxExport.generator(Generator.untrained(shape, Streams.named(1, "generator")));
        byte[] reader = OnnxExport.reader(Recogniser.untrained(
                RecogniserShape.reader(Graphemes.split(characters).size()), Streams.named(1, "reader")));
        return BundleMaker.standard()
                .make(
                        ModelId.parse("untrained:1"),
                        Optional.empty(),
                        new TrainedModel(generator, reader, Optional.empty(), Map.of("cas_ratio", .1), training));
    }
}
