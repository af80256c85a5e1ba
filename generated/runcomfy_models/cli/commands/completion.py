"""`completion`: the script that makes a shell complete this command."""

from __future__ import annotations

import click

from ..output import print_line

BASH = r"""
# Completion of runcomfy-models for bash: eval "$(runcomfy-models completion bash)"
_runcomfy_models() {
    local line word IFS=$'\n'
    # Bash breaks words at = and :, which values hold; Readline replaces what is behind.
    local words=() index=0 joined=
    while ((index <= COMP_CWORD)); do
        word=${COMP_WORDS[index]}
        if [[ -n $joined || ( $word == [=:]* && ${#words[@]} -gt 0 ) ]]; then
            words[${#words[@]}-1]+=$word
            [[ $word == [=:] ]] && joined=1 || joined=
        else
            words+=("$word")
        fi
        ((index++))
    done
    local current=${words[${#words[@]}-1]} quote= bare
    case $current in [\"\']*) quote=${current:0:1} ;; esac
    local plain=() each
    for each in "${words[@]:1}"; do
        each=${each#[\"\']}
        each=${each%[\"\']}
        plain+=("${each//\\/}")
    done
    current=${plain[${#plain[@]}-1]}
    local prefix=
    case $current in *[=:]*) [[ $COMP_WORDBREAKS == *=* ]] && prefix=${current%"${current##*[=:]}"} ;; esac
    COMPREPLY=()
    while read -r line; do
        case $line in
        :files) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "${current##*[=]}")) ;;
        :folders) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -d -- "${current##*[=]}")) ;;
        ?*)
            bare=${line#"$prefix"}
            if [[ -n $quote ]]; then COMPREPLY+=("$bare"); else COMPREPLY+=("$(printf %q "$bare")"); fi ;;
        esac
    done < <("${COMP_WORDS[0]/#\~/$HOME}" __complete bash "${plain[@]}" 2>/dev/null)
}
complete -F _runcomfy_models runcomfy-models
"""
ZSH = r"""
#compdef runcomfy-models
# Completion of runcomfy-models for zsh: eval "$(runcomfy-models completion zsh)"
_runcomfy_models() {
    local line value about
    local -a values shown
    local wants=
    while IFS= read -r line; do
        case $line in
        :files) wants=files ;;
        :folders) wants=folders ;;
        ?*)
            value=${line%%$'\t'*}
            about=${line#"$value"}
            about=${about#$'\t'}
            values+=("$value")
            shown+=("$value${about:+  -- $about}") ;;
        esac
    done < <("${(Q)words[1]}" __complete zsh "${(@Q)words[2,CURRENT]}" 2>/dev/null)
    (( ${#values} )) && compadd -l -d shown -a values
    [[ -n $wants && $PREFIX == --*=* ]] && compset -P '*='
    case $wants in
    files) _files ;;
    folders) _files -/ ;;
    esac
}
compdef _runcomfy_models runcomfy-models
"""
FISH = r"""
# Completion of runcomfy-models for fish: runcomfy-models completion fish | source
function __runcomfy_models
    set -l words (commandline -opc) (commandline -ct | string unescape)
    set -l current $words[-1]
    for line in ($words[1] __complete fish $words[2..] 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path (string replace -r '^--[^=]*=' '' -- $current)
            case ':folders'
                __fish_complete_directories (string replace -r '^--[^=]*=' '' -- $current) ''
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c runcomfy-models -e
complete -c runcomfy-models -f -a '(__runcomfy_models)'
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


HELP = """Print what makes a shell complete this command: models, flags and values.

\b
bash:  eval "$(runcomfy-models completion bash)"     in ~/.bashrc
zsh:   eval "$(runcomfy-models completion zsh)"      in ~/.zshrc, behind compinit
fish:  runcomfy-models completion fish | source      in config.fish
"""


@click.command("completion", help=HELP)
@click.argument("shell", type=click.Choice(sorted(SCRIPTS)))
def completion_command(shell: str) -> None:
    """Print the script of a shell."""
    print_line(SCRIPTS[shell].strip("\n"))
