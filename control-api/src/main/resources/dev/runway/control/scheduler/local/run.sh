# sh -c THIS runway-run FOLDER COMMAND...: runs a command once, and leaves what is known of it in its folder.
folder=$1
shift
# Only one can make it: a second wrapper for the same run ends here.
mkdir "$folder/taken" 2>/dev/null || exit 0
# The command ends by this signal and not the wrapper, which still has to say how it ended.
trap : TERM
start=$(sed 's/.*) //' "/proc/$$/stat" 2>/dev/null | cut -d ' ' -f 20)
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
echo "$$ $start $boot" >"$folder/process.part"
mv "$folder/process.part" "$folder/process"
# Whoever ends it says so first and looks for the process then: one of the two sees the other.
if [ -e "$folder/cancelled" ] || [ -e "$folder/given-up" ]; then
  set -- sh -c 'exit 143'
fi
"$@" >"$folder/out.log" 2>"$folder/err.log"
echo "$?" >"$folder/exit.part"
mv "$folder/exit.part" "$folder/exit"
