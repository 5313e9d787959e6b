# manuals: manual pages and shell completion, printed by the programs from the tables by which they run.
# Leaves man/*.[158] and completion/* in the build folder.
set(manuals)
function(huibao_printed program option path)
	add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/${path}
		COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/man ${CMAKE_BINARY_DIR}/completion
		COMMAND $<TARGET_FILE:${program}> ${option} > ${CMAKE_BINARY_DIR}/${path}
		DEPENDS ${program} VERBATIM)
	set(manuals ${manuals} ${CMAKE_BINARY_DIR}/${path} PARENT_SCOPE)
endfunction()

huibao_printed(huibaoctl --manual man/huibaoctl.1)
huibao_printed(huibaoctl --manual-settings man/client.yaml.5)
huibao_printed(huibaoctl --completion completion/huibaoctl)
huibao_printed(huibao-collect --manual man/huibao-collect.1)
huibao_printed(huibao-collect --completion completion/huibao-collect)
huibao_printed(huibao-journal --manual man/huibao-journal.8)
huibao_printed(huibao-journal --completion completion/huibao-journal)
foreach(daemon ingestd aggregator)
	huibao_printed(${daemon} --manual man/${daemon}.8)
	huibao_printed(${daemon} --manual-settings man/${daemon}.yaml.5)
endforeach()
add_custom_target(manuals ALL DEPENDS ${manuals})
