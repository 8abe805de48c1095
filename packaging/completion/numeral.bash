# Completion of numeral in bash; written by docs/make_reference.py.
_numeral()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local command=${COMP_WORDS[1]}
    _numeral_words() {
        local line
        while IFS= read -r line; do COMPREPLY+=("$line"); done \
            < <(compgen -W "$1" -- "$word")
    }
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        _numeral_words "demo data train teach eval predict read neighbours why doctor serve tune show plot audit condense info features list bench --help --version"
        return
    fi
    case $command:$before in
    demo:-o | demo:--output) return ;;
    demo:--preset)
        _numeral_words "pixels fast accurate"
        return ;;
    demo:--threads) return ;;
    demo:--seed) return ;;
    demo:--json) return ;;
    demo:--max-memory) return ;;
    demo:--plugin) return ;;
    data:-o | data:--output) return ;;
    data:--format)
        _numeral_words "idx npy npz taught image csv folder"
        return ;;
    data:--holdout) return ;;
    data:-n | data:--count) return ;;
    data:--split)
        _numeral_words "train test"
        return ;;
    data:--threads) return ;;
    data:--seed) return ;;
    data:--json) return ;;
    data:--max-memory) return ;;
    data:--plugin) return ;;
    train:-o | train:--output) return ;;
    train:--preset)
        _numeral_words "pixels fast accurate"
        return ;;
    train:--recipe)
        _numeral_words "deskew slant center blur contrast threshold resize thin pixels gradient hog zoning profiles hu zernike"
        return ;;
    train:--holdout) return ;;
    train:--calibrate) return ;;
    train:--frame)
        _numeral_words "auto mnist keep"
        return ;;
    train:--dtype)
        _numeral_words "auto u8 i8 i16"
        return ;;
    train:--metric)
        _numeral_words "l2 l1 linf hamming cosine lp correlation chi2 hellinger canberra braycurtis jaccard idm tangent"
        return ;;
    train:-k) return ;;
    train:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    train:--ties)
        _numeral_words "nearest smallest"
        return ;;
    train:--index)
        _numeral_words "auto brute exact near"
        return ;;
    train:--recall) return ;;
    train:--candidates) return ;;
    train:--gate) return ;;
    train:--rerank)
        _numeral_words "ridge idm tangent"
        return ;;
    train:--combine)
        _numeral_words "product sum"
        return ;;
    train:--threads) return ;;
    train:--seed) return ;;
    train:--json) return ;;
    train:--max-memory) return ;;
    train:--plugin) return ;;
    teach:-o | teach:--output) return ;;
    teach:--remove) return ;;
    teach:--threads) return ;;
    teach:--seed) return ;;
    teach:--json) return ;;
    teach:--max-memory) return ;;
    teach:--plugin) return ;;
    eval:-o | eval:--output) return ;;
    eval:--holdout) return ;;
    eval:--reject-below) return ;;
    eval:--show) return ;;
    eval:-k) return ;;
    eval:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    eval:--ties)
        _numeral_words "nearest smallest"
        return ;;
    eval:--index)
        _numeral_words "auto brute exact near"
        return ;;
    eval:--recall) return ;;
    eval:--threads) return ;;
    eval:--seed) return ;;
    eval:--json) return ;;
    eval:--max-memory) return ;;
    eval:--plugin) return ;;
    predict:--files-from) return ;;
    predict:--reject-below) return ;;
    predict:-k) return ;;
    predict:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    predict:--ties)
        _numeral_words "nearest smallest"
        return ;;
    predict:--index)
        _numeral_words "auto brute exact near"
        return ;;
    predict:--recall) return ;;
    predict:--threads) return ;;
    predict:--seed) return ;;
    predict:--json) return ;;
    predict:--max-memory) return ;;
    predict:--plugin) return ;;
    read:-o | read:--output) return ;;
    read:--boxes) return ;;
    read:--expect) return ;;
    read:--fields) return ;;
    read:--files-from) return ;;
    read:-k) return ;;
    read:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    read:--ties)
        _numeral_words "nearest smallest"
        return ;;
    read:--index)
        _numeral_words "auto brute exact near"
        return ;;
    read:--recall) return ;;
    read:--threads) return ;;
    read:--seed) return ;;
    read:--json) return ;;
    read:--max-memory) return ;;
    read:--plugin) return ;;
    neighbours:-o | neighbours:--output) return ;;
    neighbours:-k) return ;;
    neighbours:--radius) return ;;
    neighbours:--index)
        _numeral_words "auto brute exact near"
        return ;;
    neighbours:--recall) return ;;
    neighbours:--threads) return ;;
    neighbours:--seed) return ;;
    neighbours:--json) return ;;
    neighbours:--max-memory) return ;;
    neighbours:--plugin) return ;;
    why:-o | why:--output) return ;;
    why:-k) return ;;
    why:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    why:--ties)
        _numeral_words "nearest smallest"
        return ;;
    why:--index)
        _numeral_words "auto brute exact near"
        return ;;
    why:--recall) return ;;
    why:--threads) return ;;
    why:--seed) return ;;
    why:--json) return ;;
    why:--max-memory) return ;;
    why:--plugin) return ;;
    doctor:-o | doctor:--output) return ;;
    doctor:-k) return ;;
    doctor:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    doctor:--ties)
        _numeral_words "nearest smallest"
        return ;;
    doctor:--index)
        _numeral_words "auto brute exact near"
        return ;;
    doctor:--recall) return ;;
    doctor:--threads) return ;;
    doctor:--seed) return ;;
    doctor:--json) return ;;
    doctor:--max-memory) return ;;
    doctor:--plugin) return ;;
    serve:--listen) return ;;
    serve:--teach) return ;;
    serve:--token-file) return ;;
    serve:--origin) return ;;
    serve:--patience) return ;;
    serve:-k) return ;;
    serve:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    serve:--ties)
        _numeral_words "nearest smallest"
        return ;;
    serve:--index)
        _numeral_words "auto brute exact near"
        return ;;
    serve:--recall) return ;;
    serve:--threads) return ;;
    serve:--seed) return ;;
    serve:--max-memory) return ;;
    serve:--plugin) return ;;
    tune:-o | tune:--output) return ;;
    tune:--plot) return ;;
    tune:--recipe)
        _numeral_words "deskew slant center blur contrast threshold resize thin pixels gradient hog zoning profiles hu zernike"
        return ;;
    tune:--preset)
        _numeral_words "pixels fast accurate"
        return ;;
    tune:-k) return ;;
    tune:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    tune:--metric)
        _numeral_words "l2 l1 linf hamming cosine lp correlation chi2 hellinger canberra braycurtis jaccard idm tangent"
        return ;;
    tune:--ties) return ;;
    tune:--folds) return ;;
    tune:--fold-order) return ;;
    tune:--top) return ;;
    tune:--threads) return ;;
    tune:--seed) return ;;
    tune:--json) return ;;
    tune:--max-memory) return ;;
    tune:--plugin) return ;;
    show:-o | show:--output) return ;;
    show:-n) return ;;
    show:--columns) return ;;
    show:-k) return ;;
    show:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    show:--ties)
        _numeral_words "nearest smallest"
        return ;;
    show:--index)
        _numeral_words "auto brute exact near"
        return ;;
    show:--recall) return ;;
    show:--threads) return ;;
    show:--seed) return ;;
    show:--max-memory) return ;;
    show:--plugin) return ;;
    plot:-o | plot:--output) return ;;
    plot:-n) return ;;
    plot:--layout)
        _numeral_words "neighbours components"
        return ;;
    plot:--recipe)
        _numeral_words "deskew slant center blur contrast threshold resize thin pixels gradient hog zoning profiles hu zernike"
        return ;;
    plot:--preset)
        _numeral_words "pixels fast accurate"
        return ;;
    plot:--folds) return ;;
    plot:-k) return ;;
    plot:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    plot:--ties)
        _numeral_words "nearest smallest"
        return ;;
    plot:--index)
        _numeral_words "auto brute exact near"
        return ;;
    plot:--recall) return ;;
    plot:--threads) return ;;
    plot:--seed) return ;;
    plot:--max-memory) return ;;
    plot:--plugin) return ;;
    audit:-o | audit:--output) return ;;
    audit:--twins) return ;;
    audit:--against) return ;;
    audit:-n) return ;;
    audit:--most) return ;;
    audit:--recipe)
        _numeral_words "deskew slant center blur contrast threshold resize thin pixels gradient hog zoning profiles hu zernike"
        return ;;
    audit:-k) return ;;
    audit:--frame)
        _numeral_words "auto mnist keep"
        return ;;
    audit:--dtype)
        _numeral_words "auto u8 i8 i16"
        return ;;
    audit:--metric)
        _numeral_words "l2 l1 linf hamming cosine lp correlation chi2 hellinger canberra braycurtis jaccard idm tangent"
        return ;;
    audit:--index)
        _numeral_words "auto brute exact near"
        return ;;
    audit:--recall) return ;;
    audit:--threads) return ;;
    audit:--seed) return ;;
    audit:--json) return ;;
    audit:--max-memory) return ;;
    audit:--plugin) return ;;
    condense:-o | condense:--output) return ;;
    condense:--rows) return ;;
    condense:--test) return ;;
    condense:--plot) return ;;
    condense:-k) return ;;
    condense:--weights)
        _numeral_words "uniform distance rank gaussian classmean"
        return ;;
    condense:--ties)
        _numeral_words "nearest smallest"
        return ;;
    condense:--index)
        _numeral_words "auto brute exact near"
        return ;;
    condense:--recall) return ;;
    condense:--threads) return ;;
    condense:--seed) return ;;
    condense:--json) return ;;
    condense:--max-memory) return ;;
    condense:--plugin) return ;;
    info:--threads) return ;;
    info:--seed) return ;;
    info:--json) return ;;
    info:--max-memory) return ;;
    info:--plugin) return ;;
    features:-o | features:--output) return ;;
    features:--threads) return ;;
    features:--seed) return ;;
    features:--json) return ;;
    features:--max-memory) return ;;
    features:--plugin) return ;;
    list:--threads) return ;;
    list:--seed) return ;;
    list:--json) return ;;
    list:--max-memory) return ;;
    list:--plugin) return ;;
    bench:-k) return ;;
    bench:--index)
        _numeral_words "auto brute exact near"
        return ;;
    bench:--metric)
        _numeral_words "l2 l1 linf hamming cosine lp correlation chi2 hellinger canberra braycurtis jaccard idm tangent"
        return ;;
    bench:--single) return ;;
    bench:--threads) return ;;
    bench:--seed) return ;;
    bench:--json) return ;;
    bench:--max-memory) return ;;
    bench:--plugin) return ;;
    esac
    case $word in
    -*) ;;
    *)
        [ "$COMP_CWORD" = 2 ] && case $command in
        data)
            _numeral_words "list info fetch convert split synth"
            return ;;
        plot)
            _numeral_words "confusion scores calibration rejection means map features k-curve learning-curve"
            return ;;
        list)
            _numeral_words "transform feature projection metric index rerank vote format chart preset"
            return ;;
        esac
        _numeral_words "mnist mnist:train mnist:test fashion-mnist fashion-mnist:train fashion-mnist:test pen pen:train pen:test"
        [ -z "$word" ] || mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$word")
        return ;;
    esac
    case $command in
    demo)
        _numeral_words "-o --output --preset --threads --seed --json --max-memory --plugin -q --quiet -h --help" ;;
    data)
        _numeral_words "-o --output --format --holdout -n --count --split --offline --threads --seed --json --max-memory --plugin -q --quiet -h --help" ;;
    train)
        _numeral_words "-o --output --preset --recipe --holdout --calibrate --frame --dtype --metric -k --weights --ties --index --recall --candidates --gate --rerank --combine --threads --seed --json --max-memory --plugin -q --quiet -h --help" ;;
    teach)
        _numeral_words "-o --output --remove --threads --seed --json --max-memory --map --plugin -q --quiet -h --help" ;;
    eval)
        _numeral_words "-o --output --holdout --reject-below --show -k --weights --ties --index --recall --threads --seed --json --max-memory --map --plugin -q --quiet -h --help" ;;
    predict)
        _numeral_words "--files-from --stop-on-error --reject-below --accept-all -k --weights --ties --index --recall --threads --seed --json --max-memory --map --plugin -q --quiet -h --help" ;;
    read)
        _numeral_words "-o --output --boxes --expect --fields --files-from --stop-on-error --upright -k --weights --ties --index --recall --threads --seed --json --max-memory --map --plugin -q --quiet -h --help" ;;
    neighbours)
        _numeral_words "-o --output -k --radius --self --stats --index --recall --threads --seed --json --max-memory --map --plugin -q --quiet -h --help" ;;
    why)
        _numeral_words "-o --output -k --weights --ties --index --recall --threads --seed --json --max-memory --map --plugin -q --quiet -h --help" ;;
    doctor)
        _numeral_words "-o --output -k --weights --ties --index --recall --threads --seed --json --max-memory --map --plugin -q --quiet -h --help" ;;
    serve)
        _numeral_words "--listen --teach --token-file --origin --patience -k --weights --ties --index --recall --threads --seed --max-memory --map --plugin -q --quiet -h --help" ;;
    tune)
        _numeral_words "-o --output --plot --recipe --preset -k --weights --metric --ties --loo --folds --fold-order --top --learning-curve --threads --seed --json --max-memory --plugin -q --quiet -h --help" ;;
    show)
        _numeral_words "-o --output -n --columns --mistakes-only -k --weights --ties --index --recall --threads --seed --max-memory --map --plugin -q --quiet -h --help" ;;
    plot)
        _numeral_words "-o --output -n --layout --recipe --preset --folds -k --weights --ties --index --recall --threads --seed --max-memory --map --plugin -q --quiet -h --help" ;;
    audit)
        _numeral_words "-o --output --twins --against -n --most --recipe -k --frame --dtype --metric --index --recall --threads --seed --json --max-memory --plugin -q --quiet -h --help" ;;
    condense)
        _numeral_words "-o --output --rows --edit --test --plot -k --weights --ties --index --recall --threads --seed --json --max-memory --map --plugin -q --quiet -h --help" ;;
    info)
        _numeral_words "--threads --seed --json --max-memory --map --plugin -q --quiet -h --help" ;;
    features)
        _numeral_words "-o --output --threads --seed --json --max-memory --map --plugin -q --quiet -h --help" ;;
    list)
        _numeral_words "--threads --seed --json --max-memory --plugin -q --quiet -h --help" ;;
    bench)
        _numeral_words "-k --index --metric --single --stats --threads --seed --json --max-memory --plugin -q --quiet -h --help" ;;
    esac
}
complete -o default -F _numeral numeral
