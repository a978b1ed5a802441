package io.inkstream.trainer.publish;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.style.Typography;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a trained model servable: adds size, place, look-alikes and styles, and says whose handwriting it learned from. */
public final class BundleMaker {
    private final Typography typography;
    private final DataSources dataSources;

    public BundleMaker(Typography typography, DataSources dataSources) {
        this.typography = requireNonNull(typography, "typography");
        this.dataSources = requireNonNull(dataSources, "dataSources");
    }

    /** Returns a maker with the typography and the data sources that ship with the trainer. */
    public static BundleMaker standard() {
        return new BundleMaker(Typography.standard(), DataSources.standard());
    }

    /**
     * Makes the bundle of one version.
     *
     * @param parent the version that it was trained from
     * @throws IllegalArgumentException if a character has no metrics, a style's latent has another size than the
     *     generator's, or a network is missing
     */
    public ModelBundle make(ModelId id, Optional<ModelId> parent, TrainedModel model) {
        if (model.generatorOnnx().length == 0 || model.readerOnnx().length == 0) {
            throw new IllegalArgumentException("a model needs a generator and a reader, one of them is empty");
        }
        TrainedModel.Training training = model.training();
        Manifest manifest = new Manifest(
                ModelBundle.FIRST_VERSION,
                id.name(),
                id.version(),
                parent.map(ModelId::toString).orElse(null),
                SampleSet.SIDE_PX,
                training.styleSize(),
                training.noiseSize(),
                classesOf(training),
                stylesOf(training),
                DataSources.WEIGHTS_LICENSE,
                dataSources.describe(training.sources()),
                training.provenance());
        return new ModelBundle(manifest, model.generatorOnnx(), model.readerOnnx(), model.card());
    }

    private List<ClassSpec> classesOf(TrainedModel.Training training) {
        CharacterClasses classes = new CharacterClasses(training.characters());
        List<ClassSpec> specs = new ArrayList<>(classes.size());
        for (int c = 0; c < classes.size(); c++) {
            specs.add(typography.of(classes.characterAt(c)));
        }
        return specs;
    }

    private List<StyleSpec> stylesOf(TrainedModel.Training training) {
        for (StyleSpec style : typography.styles()) {
            int size = style.latent().length;
            if (size != 0 && size != training.styleSize()) {
                throw new IllegalArgumentException("style '" + style.name() + "' has a latent of " + size
                        + " values, the generator takes " + training.styleSize());
            }
        }
        return typography.styles();
    }
}
