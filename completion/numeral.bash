# Completion of numeral in bash; written by docs/make_reference.py.
_numeral()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        COMPREPLY=($(compgen -W "demo data train teach eval predict read neighbours why doctor tune show plot audit condense info features list bench --help --version" -- "$word"))
        return
    fi
    case $before in
    --combine)
        COMPREPLY=($(compgen -W "product sum" -- "$word"))
        return ;;
    --dtype)
        COMPREPLY=($(compgen -W "auto u8 i8 i16" -- "$word"))
        return ;;
    --frame)
        COMPREPLY=($(compgen -W "auto mnist keep" -- "$word"))
        return ;;
    --index)
        COMPREPLY=($(compgen -W "auto brute exact near" -- "$word"))
        return ;;
    --metric)
        COMPREPLY=($(compgen -W "l2 l1 linf hamming cosine lp correlation chi2 hellinger canberra braycurtis jaccard idm tangent" -- "$word"))
        return ;;
    --preset)
        COMPREPLY=($(compgen -W "pixels fast accurate" -- "$word"))
        return ;;
    --recipe)
        COMPREPLY=($(compgen -W "deskew slant center blur contrast threshold resize thin pixels gradient hog zoning profiles hu zernike" -- "$word"))
        return ;;
    --rerank)
        COMPREPLY=($(compgen -W "ridge idm tangent" -- "$word"))
        return ;;
    --ties)
        COMPREPLY=($(compgen -W "nearest smallest" -- "$word"))
        return ;;
    --weights)
        COMPREPLY=($(compgen -W "uniform distance rank gaussian classmean" -- "$word"))
        return ;;
    esac
    case $word in
    -*) ;;
    *) return ;;
    esac
    case ${COMP_WORDS[1]} in
    demo)
        COMPREPLY=($(compgen -W "--output --preset --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    data)
        COMPREPLY=($(compgen -W "--output --format --holdout --count --split --offline --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    train)
        COMPREPLY=($(compgen -W "--output --preset --recipe --holdout --calibrate --frame --dtype --metric -k --weights --ties --index --recall --candidates --gate --rerank --combine --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    teach)
        COMPREPLY=($(compgen -W "--output --remove --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    eval)
        COMPREPLY=($(compgen -W "--output --holdout --reject-below --show -k --weights --ties --index --recall --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    predict)
        COMPREPLY=($(compgen -W "--files-from --stop-on-error --reject-below --accept-all -k --weights --ties --index --recall --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    read)
        COMPREPLY=($(compgen -W "--output --boxes --expect --fields --files-from --stop-on-error --upright -k --weights --ties --index --recall --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    neighbours)
        COMPREPLY=($(compgen -W "--output -k --radius --self --stats --index --recall --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    why)
        COMPREPLY=($(compgen -W "--output -k --weights --ties --index --recall --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    doctor)
        COMPREPLY=($(compgen -W "--output -k --weights --ties --index --recall --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    tune)
        COMPREPLY=($(compgen -W "--output --plot --recipe --preset -k --weights --metric --ties --loo --folds --fold-order --top --learning-curve --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    show)
        COMPREPLY=($(compgen -W "--output -n --columns --mistakes-only -k --weights --ties --index --recall --threads --seed --max-memory --plugin --quiet --help" -- "$word")) ;;
    plot)
        COMPREPLY=($(compgen -W "--output -n --layout --recipe --preset --folds -k --weights --ties --index --recall --threads --seed --max-memory --plugin --quiet --help" -- "$word")) ;;
    audit)
        COMPREPLY=($(compgen -W "--output --twins --against -n --most --recipe -k --frame --dtype --metric --index --recall --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    condense)
        COMPREPLY=($(compgen -W "--output --rows --edit --test --plot -k --weights --ties --index --recall --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    info)
        COMPREPLY=($(compgen -W "--threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    features)
        COMPREPLY=($(compgen -W "--output --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    list)
        COMPREPLY=($(compgen -W "--threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    bench)
        COMPREPLY=($(compgen -W "-k --index --metric --single --stats --threads --seed --json --max-memory --plugin --quiet --help" -- "$word")) ;;
    esac
}
complete -o default -F _numeral numeral
